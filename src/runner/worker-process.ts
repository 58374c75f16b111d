/** A worker process as the run sees it: started for one model, given jobs, ended; what crashes there takes one trial with it, not the run. */
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { TurboError } from '../errors/turbo-error.js';
import { deathText, systemKills } from './worker-death.js';
import type { FromWorker, Job, JobReport, SentError, ToWorker, WorkerSetup } from './worker-messages.js';

/** One worker process, one job at a time. */
export interface WorkerProcess {
  /**
   * @param onSign told whenever the process says anything at all
   * @throws TurboError with the reason when the job fails, `WorkerCrash` when the process ends instead
   */
  run(job: Job, onProgress?: (done: number, total: number) => void, onSign?: () => void): Promise<JobReport>;
  /** Lets it end by itself; one that does not is ended. */
  close(): Promise<void>;
  /** Ends it now. */
  kill(): void;
}
export type StartWorker = (setup: WorkerSetup) => WorkerProcess;

/** The process ended in the middle of a job; the next one needs a new process. */
export class WorkerCrash extends Error {
  override readonly name = 'WorkerCrash';
}

const LAST_WORDS = 8000;
const LAST_WORDS_MS = 30;
/** Memory is given back and threads are ended in far less. */
const LONGEST_END_MS = 20_000;

export const startWorkerProcess: StartWorker = (setup) => {
  const child = forkWorker();
  const killsBefore = systemKills();
  let lastWords = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-LAST_WORDS);
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (thrown) => resolve(thrown.message));
    // Not `close`: it does not come when the parent has disconnected. Its last words may be a moment late.
    child.once('exit', (code, signal) =>
      setTimeout(
        () => resolve(deathText({ code, signal, lastWords, systemKilled: killsSince(killsBefore) })),
        LAST_WORDS_MS,
      ),
    );
  });
  send(child, { type: 'setup', setup });
  return {
    run: (job, onProgress, onSign) =>
      new Promise((resolve, reject) => {
        const listen = (message: FromWorker): void => {
          onSign?.();
          if (message.type === 'alive') return;
          if (message.type === 'progress') {
            onProgress?.(message.done, message.total);
            return;
          }
          child.off('message', listen);
          if (message.type === 'report') resolve(message.report);
          else reject(received(message.error));
        };
        child.on('message', listen);
        void ended.then((how) => reject(new WorkerCrash(`the worker process ${how}`)));
        send(child, { type: 'job', job });
      }),
    async close() {
      if (child.connected) child.disconnect();
      const patience = setTimeout(() => child.kill('SIGKILL'), LONGEST_END_MS);
      await ended;
      clearTimeout(patience);
    },
    kill: () => void child.kill('SIGKILL'),
  };
};

/** The compiled worker, or its source when this file runs from source. */
function forkWorker(): ChildProcess {
  const compiled = fileURLToPath(new URL('./worker.js', import.meta.url));
  const fromSource = !existsSync(compiled);
  return fork(fromSource ? compiled.replace(/\.js$/, '.ts') : compiled, {
    execArgv: fromSource
      ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href]
      : [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

function send(child: ChildProcess, message: ToWorker): void {
  if (child.connected) child.send(message, () => {}); // A child that is gone is reported by `ended`.
}

function killsSince(before: number | null): boolean | null {
  const now = systemKills();
  return before === null || now === null ? null : now > before;
}

function received({ what, parts, stack }: SentError): Error {
  if (parts !== undefined) return new TurboError(what, parts);
  const error = new Error(what);
  if (stack !== undefined) error.stack = stack;
  return error;
}
