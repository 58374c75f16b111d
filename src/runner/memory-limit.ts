/** Lets this process end for lack of memory before the machine ends others: when it holds more than it may, or as the first. */
import { writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** Often enough that no more than a few hundred megabytes are taken in between. */
const LOOK_EVERY_MS = 10;

/** Where the system ends a process for lack of memory, this one is to be the first: its end costs one trial (proc_pid_oom_score_adj(5)). */
export function endBeforeOthers(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Linux alone has it.
  }
}

/**
 * Looks from a thread of its own, since an engine keeps the main thread busy.
 *
 * @param bytes resident set size
 */
export function limitMemory(bytes: number): void {
  const watch = `
    const { writeSync } = require('node:fs');
    setInterval(() => {
      if (process.memoryUsage.rss() <= ${bytes}) return;
      writeSync(2, 'out of memory: more than ${bytes} bytes are held\\n');
      process.kill(process.pid, 'SIGKILL');
    }, ${LOOK_EVERY_MS});`;
  new Worker(watch, { eval: true }).unref();
}
