/** A process that takes the lock of a folder again and again, as others do, and writes down when it has it: `node contest.ts FOLDER TIMES`. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockFolder } from '../../src/runner/folder-lock.js';

const [folder, times] = [process.argv[2]!, Number(process.argv[3])];
let taken = 0;
while (taken < times) {
  try {
    const release = lockFolder(folder);
    appendFileSync(join(folder, '..', 'log'), `in ${process.pid}\n`);
    const dies = taken === times - 1;
    appendFileSync(join(folder, '..', 'log'), `out ${process.pid}\n`);
    taken++;
    // The last time it dies with the lock, which another then takes over.
    if (dies) process.kill(process.pid, 'SIGKILL');
    release();
  } catch {
    // Another has it.
  }
}
