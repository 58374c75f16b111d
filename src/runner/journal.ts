/** The journal of a report folder: the only source of truth about what was measured. */
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../checkpoints/make-folder.js';
import { systemCode, TurboError } from '../errors/turbo-error.js';
import { formatLine, type JournalContent, type JournalLine, parseJournal } from './journal-lines.js';
import { setAside } from './set-aside.js';

export const JOURNAL_FILE = 'journal.jsonl';

export interface Journal {
  /** What an earlier run left. */
  readonly content: JournalContent;
  /** Returns when the line is on the disk. @throws TurboError when it cannot get there */
  append(line: JournalLine): void;
  close(): void;
}

/** The calls that touch the disk, handed in so that a full one can be played. */
export interface JournalDisk {
  write(descriptor: number, bytes: Uint8Array): number;
  sync(descriptor: number): void;
}
const realDisk: JournalDisk = { write: (descriptor, bytes) => writeSync(descriptor, bytes), sync: fsyncSync };

/** @throws TurboError when there is no journal in the folder */
export function readJournal(folder: string): JournalContent {
  try {
    return parseJournal(readFileSync(join(folder, JOURNAL_FILE)));
  } catch (cause) {
    if (systemCode(cause) !== 'ENOENT') throw diskError('Cannot read the journal', folder, cause);
    throw new TurboError('There is no journal in this folder', {
      where: folder,
      next: 'turbo-bench run experiments/quickstart.yaml writes one.',
      cause,
    });
  }
}

/**
 * Opens the journal of a folder for appending, making both if need be. A torn end is cut off.
 *
 * @param fresh keeps an earlier journal aside under another name and begins a new one
 */
export function openJournal(folder: string, fresh: boolean, now: () => Date, disk = realDisk): Journal {
  const file = join(folder, JOURNAL_FILE);
  let descriptor: number;
  let content: JournalContent;
  try {
    makeFolder(folder);
    if (fresh) setAside(folder, 'journal', '.jsonl', now());
    descriptor = openSync(file, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, 0o644);
    if (!fstatSync(descriptor).isFile()) throw notAFile(file);
    content = parseJournal(readFileSync(descriptor));
    ftruncateSync(descriptor, content.wholeBytes);
    syncFolder(folder);
  } catch (cause) {
    if (cause instanceof TurboError) throw cause;
    throw diskError('Cannot write to the report folder', folder, cause);
  }
  return {
    content,
    append(line) {
      const bytes = Buffer.from(formatLine(line));
      let written = 0;
      try {
        while (written < bytes.length) written += disk.write(descriptor, bytes.subarray(written));
        disk.sync(descriptor);
      } catch (cause) {
        throw diskError('Cannot write to the journal', file, cause);
      }
    },
    close: () => closeSync(descriptor),
  };
}

/** A device or a pipe under that name would be read without end. */
function notAFile(file: string): TurboError {
  return new TurboError('The journal is no ordinary file', {
    where: file,
    next: 'Choose another folder: --out FOLDER',
  });
}

/** Makes the new name in the folder itself last through a power cut; where folders cannot be synced, nothing is lost but that. */
function syncFolder(folder: string): void {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(folder, constants.O_RDONLY);
    fsyncSync(descriptor);
  } catch {
    // Windows does not open folders.
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

const REMEDIES: Readonly<Record<string, { readonly what: string; readonly next: string }>> = {
  ENOSPC: {
    what: 'the disk is full',
    next: 'Free some space and run the same command again: it goes on where it stopped.',
  },
  EDQUOT: {
    what: 'the disk quota is used up',
    next: 'Free some space and run the same command again: it goes on where it stopped.',
  },
  EFBIG: {
    what: 'the file may not become that large',
    next: 'Raise the limit (ulimit -f) and run the same command again: it goes on where it stopped.',
  },
  EROFS: {
    what: 'the file system is read-only',
    next: 'Choose a folder that can be written to: --out FOLDER',
  },
  EACCES: { what: 'permission denied', next: 'Choose a folder that can be written to: --out FOLDER' },
  EPERM: { what: 'permission denied', next: 'Choose a folder that can be written to: --out FOLDER' },
  ENOENT: { what: 'nothing can be made there', next: 'Choose another folder: --out FOLDER' },
  ENOTDIR: { what: 'a part of the path is a file', next: 'Choose another folder: --out FOLDER' },
  EISDIR: { what: 'there is a folder of that name', next: 'Choose another folder: --out FOLDER' },
  EEXIST: { what: 'there is a file of that name', next: 'Choose another folder: --out FOLDER' },
};

/** What a system error means for a person whose results are to be written. */
export function diskError(what: string, where: string, cause: unknown): TurboError {
  const code = systemCode(cause);
  const known = code === undefined ? undefined : REMEDIES[code];
  return new TurboError(`${what}: ${known?.what ?? code ?? String(cause)}`, {
    where,
    next: known?.next ?? 'Check the folder, or choose another: --out FOLDER',
    cause,
  });
}
