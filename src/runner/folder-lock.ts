/** One run at a time on a report folder: the second is refused while the first lives. */
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '../checkpoints/make-folder.js';
import { systemCode, TurboError } from '../errors/turbo-error.js';
import { diskError } from './journal.js';

const LOCK_FILE = 'run.lock';
/** Held for the moment in which a lock that nobody holds any more is removed, so that it is not another's new one. */
const TAKEOVER_FILE = 'run.lock.takeover';
const ATTEMPTS = 50;
const PAUSE_MS = 20;

/** Who holds a folder. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly startedAt: string;
  /** When the process began, as the system counts: numbers are given again, after a restart above all. */
  readonly born?: string | null;
}

/** What is asked of the system, handed in so that tests can play a process that lives or is gone. */
export interface LockSystem {
  readonly pid: number;
  readonly host: string;
  now(): Date;
  isAlive(pid: number): boolean;
  /** Differs between two processes that have had the same number; null where the system does not tell. */
  bornOf(pid: number): string | null;
}

export const realSystem: LockSystem = {
  pid: process.pid,
  host: hostname(),
  now: () => new Date(),
  isAlive: (pid) => {
    try {
      process.kill(pid, 0);
      return true;
    } catch (thrown) {
      return systemCode(thrown) === 'EPERM';
    }
  },
  bornOf: (pid) => {
    try {
      // The 22nd field (proc_pid_stat(5)); the second may hold blanks.
      const ticks = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[19];
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${ticks}`;
    } catch {
      return null;
    }
  },
};

/**
 * Takes the folder, or says who has it. A lock whose process is gone is taken over; one from another machine is not, since
 * nobody here can tell whether that run lives.
 *
 * @returns the call that lets the folder go
 */
export function lockFolder(folder: string, system: LockSystem = realSystem): () => void {
  const file = join(folder, LOCK_FILE);
  const startedAt = system.now().toISOString();
  const own: Holder = { pid: system.pid, host: system.host, startedAt, born: system.bornOf(system.pid) };
  const text = JSON.stringify(own);
  try {
    makeFolder(folder);
  } catch (cause) {
    throw diskError('Cannot make the report folder', folder, cause);
  }
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (createWhole(file, text, folder)) return () => release(file, text);
    const holder = readHolder(file);
    if (holder !== undefined && isRunning(holder, system)) throw refusal(folder, file, holder);
    if (!removeDead(folder, text, system)) pause(PAUSE_MS);
  }
  throw refusal(folder, file, readHolder(file));
}

/** Makes a file that has its content from the first moment. @returns false when there is one of that name */
function createWhole(file: string, text: string, folder: string): boolean {
  const draft = `${file}.${process.pid}.part`;
  try {
    writeFileSync(draft, text);
    try {
      linkSync(draft, file);
    } catch (thrown) {
      if (systemCode(thrown) === 'EEXIST') return false;
      // A file system without links: what is left is a moment in which the file is empty.
      writeFileSync(file, text, { flag: 'wx' });
    }
    return true;
  } catch (cause) {
    if (systemCode(cause) === 'EEXIST') return false;
    throw diskError('Cannot write to the report folder', folder, cause);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Removes a lock whose holder is gone; of several that want to, one at a time. @returns false when another is about to */
function removeDead(folder: string, text: string, system: LockSystem): boolean {
  const takeover = join(folder, TAKEOVER_FILE);
  if (!createWhole(takeover, text, folder)) {
    const other = readHolder(takeover);
    if (other === undefined || !isRunning(other, system)) rmSync(takeover, { force: true });
    return false;
  }
  const file = join(folder, LOCK_FILE);
  const holder = readHolder(file);
  if (holder === undefined || !isRunning(holder, system)) rmSync(file, { force: true });
  rmSync(takeover, { force: true });
  return true;
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** A lock with our own number, or with that of a process that began later, is what one that had it before left behind. */
function isRunning(holder: Holder, system: LockSystem): boolean {
  if (holder.host !== system.host) return true;
  if (holder.pid === system.pid || !system.isAlive(holder.pid)) return false;
  const born = system.bornOf(holder.pid);
  return holder.born == null || born === null || holder.born === born;
}

function release(file: string, text: string): void {
  try {
    if (readFileSync(file, 'utf8') === text) rmSync(file, { force: true });
  } catch {
    // Gone already, with the folder perhaps.
  }
}

function readHolder(file: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const { pid, host, startedAt, born } = value as Partial<Holder>;
    return typeof pid === 'number' && typeof host === 'string'
      ? { pid, host, startedAt: startedAt ?? '', born: born ?? null }
      : undefined;
  } catch {
    return undefined;
  }
}

function refusal(folder: string, file: string, holder: Holder | undefined): TurboError {
  return new TurboError('Another run is writing to this folder', {
    where: folder,
    value:
      holder === undefined
        ? 'unknown process'
        : `process ${holder.pid} on ${holder.host} since ${holder.startedAt}`,
    next: `Wait for it, choose another folder with --out FOLDER, or delete ${file} if that run is gone.`,
  });
}
