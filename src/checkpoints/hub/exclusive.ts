/** One writer per file among the processes of this machine, by a lock file that names its holder. */
import { mkdir, open, readFile, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { systemCode } from '../../errors/turbo-error.js';

const pollMs = 200;
/** A holder shows this often that it is at work; one that has not for `abandonedMs` is taken for dead. */
const signOfLifeMs = 5_000;
const abandonedMs = 60_000;

/** Runs `action` while no other living process holds `lockFile`; waits for its turn. */
export async function exclusively<T>(lockFile: string, action: () => Promise<T>): Promise<T> {
  await mkdir(path.dirname(lockFile), { recursive: true });
  while (!(await take(lockFile))) {
    if (await isAbandoned(lockFile)) await rm(lockFile, { force: true });
    else await pause(pollMs);
  }
  const signs = setInterval(() => void showLife(lockFile), signOfLifeMs).unref();
  try {
    return await action();
  } finally {
    clearInterval(signs);
    await rm(lockFile, { force: true });
  }
}

async function take(lockFile: string): Promise<boolean> {
  try {
    const file = await open(lockFile, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (thrown) {
    if (systemCode(thrown) === 'EEXIST') return false;
    throw thrown;
  }
}

async function showLife(lockFile: string): Promise<void> {
  const now = new Date();
  await utimes(lockFile, now, now).catch(() => undefined);
}

/** Whether the holder has died, by its number or (numbers are given again) by its silence. */
async function isAbandoned(lockFile: string): Promise<boolean> {
  try {
    const holder = await readFile(lockFile, 'utf8');
    const silentMs = Date.now() - (await stat(lockFile)).mtimeMs;
    return silentMs > abandonedMs || (holder !== '' && !isAlive(Number(holder)));
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return systemCode(thrown) === 'EPERM';
  }
}
