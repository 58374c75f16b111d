/** A file read by range: what is not asked for never enters memory. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { systemCode, TurboError } from '../errors/turbo-error.js';

/** Largest single read; Node refuses 2 GiB and more. */
const longestRead = 1 << 30;

/** Bytes that are read by range: a whole file, or a part of one. */
export interface ByteSource {
  readonly byteLength: number;
  /** A copy of `byteLength` bytes from `offset`, in a buffer of its own (aligned for every typed array). */
  read(offset: number, byteLength: number): Uint8Array<ArrayBuffer>;
}

export interface ByteFile extends ByteSource {
  readonly path: string;
  close(): void;
}

/** The `byteLength` bytes of `source` from `start` on, counted from 0. */
export function byteRange(source: ByteSource, start: number, byteLength: number): ByteSource {
  return { byteLength, read: (offset, count) => source.read(start + offset, count) };
}

/** Opens a regular file for reading. */
export function openByteFile(path: string): ByteFile {
  const descriptor = openForReading(path);
  const stat = fstatSync(descriptor);
  if (!stat.isFile()) {
    closeSync(descriptor);
    throw new TurboError('This is not a regular file.', { where: path, allowed: 'a file with tensors' });
  }
  let open = true;
  return {
    path,
    byteLength: stat.size,
    read(offset, byteLength) {
      if (!open) throw new Error(`${path} is read after it was closed`);
      const bytes = new Uint8Array(byteLength);
      let filled = 0;
      while (filled < byteLength) {
        const wanted = Math.min(byteLength - filled, longestRead);
        const count = readSync(descriptor, bytes, filled, wanted, offset + filled);
        if (count === 0) throw endsEarly(path, offset + byteLength, offset + filled);
        filled += count;
      }
      return bytes;
    },
    close() {
      if (open) closeSync(descriptor);
      open = false;
    },
  };
}

function openForReading(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    const missing = systemCode(cause) === 'ENOENT';
    throw new TurboError(missing ? 'The file does not exist.' : 'The file cannot be opened.', {
      where: path,
      cause,
      next: missing ? 'check the path' : `check its permissions (${systemCode(cause)})`,
    });
  }
}

function endsEarly(path: string, needed: number, present: number): TurboError {
  return new TurboError(`The file ends at byte ${present}, but ${needed} are needed: it is truncated.`, {
    where: path,
    next: 'download or copy the file again',
  });
}
