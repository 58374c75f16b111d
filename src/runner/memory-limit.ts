/** Ends this process when it holds more memory than it may, before the machine runs out of it and ends others. */
import { writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** Often enough that no more than a few hundred megabytes are taken in between. */
const LOOK_EVERY_MS = 10;

/**
 * Looks from a thread of its own, since an engine keeps the main thread busy. Where the system ends a process for lack of memory
 * all the same, this one is to be the first (proc_pid_oom_score_adj(5)).
 *
 * @param bytes resident set size
 */
export function limitMemory(bytes: number): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Linux alone has it.
  }
  const watch = `
    const { writeSync } = require('node:fs');
    setInterval(() => {
      if (process.memoryUsage.rss() <= ${bytes}) return;
      writeSync(2, 'out of memory: more than ${bytes} bytes are held\\n');
      process.kill(process.pid, 'SIGKILL');
    }, ${LOOK_EVERY_MS});`;
  new Worker(watch, { eval: true }).unref();
}
