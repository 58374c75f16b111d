/** The program of a worker process: does the jobs that it is sent, one after the other, and ends with its parent. */
import { openEngine } from '../engines/index.js';
import { messageOf, TurboError } from '../errors/turbo-error.js';
import { monotonicNow } from '../measure/clock.js';
import { endBeforeOthers, limitMemory } from './memory-limit.js';
import { measurePeak } from './peak-probe.js';
import { sessionOptionsOf } from './session-options.js';
import type { FromWorker, Job, JobReport, SentError, ToWorker, WorkerSetup } from './worker-messages.js';
import { openWorkerState, runJob, type WorkerState } from './worker-state.js';

/** Less often than this, so that messages do not take time from what is measured. */
const PROGRESS_EVERY_MS = 250;
const SIGN_EVERY_MS = 5000;

let hasWorked = false;
let opened: { readonly setup: WorkerSetup; readonly state: Promise<WorkerState> } | undefined;

function say(message: FromWorker): void {
  process.send?.(message);
}

async function work(job: Job): Promise<void> {
  let last = 0;
  try {
    const report = await reportOf(job, (done, total) => {
      const now = performance.now();
      if (now - last < PROGRESS_EVERY_MS) return;
      last = now;
      say({ type: 'progress', done, total });
    });
    say({ type: 'report', report });
  } catch (thrown) {
    say({ type: 'error', error: sent(thrown) });
  }
}

async function reportOf(job: Job, onProgress: (done: number, total: number) => void): Promise<JobReport> {
  if (opened === undefined) throw new Error('a worker needs its setup before a job');
  const { engine } = opened.setup;
  const state = await opened.state;
  if (job.kind !== 'peak') return runJob(state, job, onProgress);
  const peak = await measurePeak(await openEngine(engine.name), sessionOptionsOf(engine), monotonicNow);
  return { kind: 'peak', peak };
}

function open(setup: WorkerSetup): void {
  if (setup.memoryLimitBytes !== undefined) limitMemory(setup.memoryLimitBytes);
  const state = openWorkerState(setup, () => {
    hasWorked = true;
  });
  state.catch(() => {}); // Told with the first job.
  opened = { setup, state };
}

function sent(thrown: unknown): SentError {
  if (!(thrown instanceof TurboError))
    return { what: messageOf(thrown), ...(thrown instanceof Error ? { stack: thrown.stack ?? '' } : {}) };
  const { cause: _, ...parts } = thrown.parts;
  return { what: thrown.what, parts };
}

process.on('message', (message: ToWorker) => {
  if (message.type === 'setup') open(message.setup);
  else void work(message.job);
});
process.on('disconnect', () => process.exit(0));
// A terminal sends Ctrl-C to every process of the group, a service manager SIGTERM; the run decides when its workers end.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
endBeforeOthers();
say({ type: 'alive' });
setInterval(() => {
  if (hasWorked) say({ type: 'alive' });
  hasWorked = false;
}, SIGN_EVERY_MS).unref();
