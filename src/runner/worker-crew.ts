/**
 * The worker processes of a run: one at a time, for one model, replaced when it crashes, when the model changes, and now and
 * then so that no memory gathers. Peak memory is measured in a further process that loads one variant and nothing else.
 */
import { messageOf, TurboError } from '../errors/turbo-error.js';
import { canonicalJson } from '../experiment/canonical-json.js';
import type { ModelChoice } from '../experiment/model-entry.js';
import { readsImageWithText } from '../tasks/prepare.js';
import { failedTrial, type JudgeContext, type JudgedTrial, judgeTrial } from './judge.js';
import type { Plan, PlannedTrial } from './plan.js';
import type { TrialReport, WorkerSetup } from './worker-messages.js';
import { type StartWorker, WorkerCrash, type WorkerProcess } from './worker-process.js';

export interface WorkerCrew {
  /** Never throws: what goes wrong is the trial's result. */
  run(planned: PlannedTrial): Promise<{ readonly judged: JudgedTrial; readonly report: TrialReport | null }>;
  close(): Promise<void>;
  /** Ends everything now. */
  kill(): void;
}

/** A worker is replaced after so many trials, or when it holds so much more than after its first. */
const TRIALS_PER_WORKER = 24;
const GROWTH_BYTES = 1.5e9;
const PIXEL_CACHE_BYTES = 1e9;

export function createWorkerCrew(
  plan: Plan,
  startWorker: StartWorker,
  listener: { progressed(done: number, total: number): void },
): WorkerCrew {
  const { experiment, engine } = plan;
  const context: JudgeContext = {
    experiment: experiment.name,
    device: deviceLabel(engine.device, engine.threads),
    seed: experiment.seed,
    skipBadSamples: experiment.onBadSample === 'skip',
  };
  const peaks = new Map<string, number>();
  let held: { worker: WorkerProcess; model: string; trials: number; firstRss: number } | undefined;
  let helper: WorkerProcess | undefined;

  const setupFor = (model: ModelChoice): WorkerSetup => ({
    model,
    engine,
    measure: experiment.measure,
    seed: experiment.seed,
    limit: experiment.limit ?? null,
    pixelCacheBytes: PIXEL_CACHE_BYTES,
  });
  const letGo = async (): Promise<void> => {
    const { worker } = held ?? {};
    held = undefined;
    await worker?.close();
  };
  const workerFor = async (model: ModelChoice) => {
    const key = canonicalJson(model);
    if (held !== undefined && (held.model !== key || held.trials >= TRIALS_PER_WORKER)) await letGo();
    held ??= {
      worker: startWorker(setupFor(model)),
      model: key,
      trials: 0,
      firstRss: Number.POSITIVE_INFINITY,
    };
    held.trials++;
    return held;
  };

  async function measureTrial({ trial }: PlannedTrial): Promise<TrialReport> {
    const current = await workerFor(trial.model);
    const report = await current.worker.run(
      { kind: 'trial', task: trial.task, reduction: trial.reduction },
      (done, total) => listener.progressed(done, total),
    );
    if (report.kind !== 'trial') throw new Error('the worker answered another question');
    if (!Number.isFinite(current.firstRss)) current.firstRss = report.rssBytes;
    if (report.rssBytes > current.firstRss + GROWTH_BYTES) await letGo();
    return report;
  }

  /** The peak of a variant, measured once for all tasks that read the same outputs. */
  async function measurePeak({ trial }: PlannedTrial, outputs: readonly string[]): Promise<number> {
    const task = readsImageWithText(trial.task) ? trial.task : null;
    const key = canonicalJson({ model: trial.model, reduction: trial.reduction, outputs, task });
    const known = peaks.get(key);
    if (known !== undefined) return known;
    helper = startWorker(setupFor(trial.model));
    try {
      const report = await helper.run({ kind: 'memory', outputs, reduction: trial.reduction, task });
      if (report.kind !== 'memory') throw new Error('the worker answered another question');
      peaks.set(key, report.peakRssBytes);
      return report.peakRssBytes;
    } finally {
      await helper.close();
      helper = undefined;
    }
  }

  return {
    async run(planned) {
      try {
        const report = await measureTrial(planned);
        const timed = report.observation.variantMs.length > 0;
        const peak = experiment.measure.memory && timed ? await measurePeak(planned, report.outputs) : null;
        return { judged: judgeTrial(planned, report, peak, context), report };
      } catch (thrown) {
        if (thrown instanceof WorkerCrash) held = undefined;
        return { judged: failedTrial(planned, reasonOf(thrown), context), report: null };
      }
    },
    close: letGo,
    kill() {
      held?.worker.kill();
      helper?.kill();
    },
  };
}

/** `CPU, 2 threads` */
export function deviceLabel(device: string, threads: number): string {
  return `${device.toUpperCase()}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}

/** One line for the table; a defect keeps its message, the journal has no room for a stack. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof TurboError)) return messageOf(thrown).replaceAll(/\s+/g, ' ');
  const { value, where, allowed } = thrown.parts;
  const parts = [
    where,
    value === undefined ? undefined : JSON.stringify(value),
    allowed === undefined ? undefined : `allowed: ${allowed}`,
  ].filter((part) => part !== undefined && part !== '');
  return parts.length === 0 ? thrown.what : `${thrown.what} (${parts.join('; ')})`;
}
