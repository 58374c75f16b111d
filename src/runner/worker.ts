/** The program of a worker process: does the jobs that it is sent, one after the other, and ends with its parent. */
import { messageOf, TurboError } from '../errors/turbo-error.js';
import type { FromWorker, Job, SentError, ToWorker, WorkerSetup } from './worker-messages.js';
import { openWorkerState, type WorkerState } from './worker-state.js';

/** Less often than this, so that messages do not take time from what is measured. */
const PROGRESS_EVERY_MS = 250;

let state: Promise<WorkerState> | undefined;

function say(message: FromWorker): void {
  process.send?.(message);
}

async function work(job: Job): Promise<void> {
  let last = 0;
  try {
    if (state === undefined) throw new Error('a worker needs its setup before a job');
    const report = await (await state).run(job, (done, total) => {
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

function open(setup: WorkerSetup): void {
  state = openWorkerState(setup);
  state.catch(() => {}); // Told with the first job.
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
// A terminal sends Ctrl-C to every process of the group; the run decides when its workers end.
process.on('SIGINT', () => {});
