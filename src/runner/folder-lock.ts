/** One run at a time on a report folder: the second is refused while the first lives. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { systemCode, TurboError } from '../errors/turbo-error.js';
import { diskError } from './journal.js';

const LOCK_FILE = 'run.lock';

/** Who holds a folder. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly startedAt: string;
}

/** What is asked of the system, handed in so that tests can play a process that lives or is gone. */
export interface LockSystem {
  readonly pid: number;
  readonly host: string;
  now(): Date;
  isAlive(pid: number): boolean;
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
};

/**
 * Takes the folder, or says who has it. A lock whose process is gone is taken over; one from another machine is not, since
 * nobody here can tell whether that run lives.
 *
 * @returns the call that lets the folder go
 */
export function lockFolder(folder: string, system: LockSystem = realSystem): () => void {
  const file = join(folder, LOCK_FILE);
  const text = JSON.stringify({ pid: system.pid, host: system.host, startedAt: system.now().toISOString() });
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw diskError('Cannot make the report folder', folder, cause);
  }
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(file, text, { flag: 'wx' });
      return () => release(file, text);
    } catch (cause) {
      if (systemCode(cause) !== 'EEXIST') throw diskError('Cannot write to the report folder', folder, cause);
    }
    const holder = readHolder(file);
    const lives = holder !== undefined && isRunning(holder, system);
    if (lives) throw refusal(folder, file, holder);
    rmSync(file, { force: true });
  }
  throw refusal(folder, file, readHolder(file));
}

/** A lock with our own number is what a process that had it before us left behind, as happens in containers. */
function isRunning(holder: Holder, system: LockSystem): boolean {
  if (holder.host !== system.host) return true;
  return holder.pid !== system.pid && system.isAlive(holder.pid);
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
    const { pid, host, startedAt } = value as Partial<Holder>;
    return typeof pid === 'number' && typeof host === 'string'
      ? { pid, host, startedAt: startedAt ?? '' }
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
