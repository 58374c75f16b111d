/**
 * The worker processes of a run: one at a time, for one model, replaced when it crashes, when the model changes, and now and
 * then so that no memory gathers. Peak memory is measured in a further process that loads one variant and nothing else.
 */
import { freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { isOutOfMemory } from '../engines/index.js';
import { messageOf, TurboError } from '../errors/turbo-error.js';
import { canonicalJson } from '../experiment/canonical-json.js';
import { isReference, type Trial } from '../experiment/expand.js';
import type { AuditFindings } from '../measure/audit.js';
import type { EnergySources } from '../measure/energy/energy-sources.js';
import { makesPictures } from '../tasks/diffusion/options.js';
import { readsImageWithText } from '../tasks/prepare.js';
import { createBatchSearch } from './batch-search.js';
import { failedTrial, type JudgeContext, type JudgedTrial, judgeTrial } from './judge.js';
import type { MachinePeak } from './peak-probe.js';
import { PICTURES } from './picture-folder.js';
import type { Plan, PlannedTrial } from './plan.js';
import { MORE_MEMORY } from './worker-death.js';
import type {
  MemoryReport,
  PictureJob,
  ResolvedEngine,
  TrialJob,
  TrialReport,
  WorkerSetup,
} from './worker-messages.js';
import { type StartWorker, WorkerCrash, type WorkerProcess } from './worker-process.js';

export interface WorkerCrew {
  /** How fast the engine is at its best, asked of the worker that this trial will run in; null when it cannot be told. All trials with as many threads are held against it. */
  measurePeak(first: PlannedTrial): Promise<MachinePeak | null>;
  /** Never throws: what goes wrong is the trial's result. */
  run(planned: PlannedTrial): Promise<{ readonly judged: JudgedTrial; readonly report: TrialReport | null }>;
  /** What the audits of a trial find; null for a task that times nothing. @throws what goes wrong */
  audit(planned: PlannedTrial): Promise<AuditFindings | null>;
  close(): Promise<void>;
  /** Ends everything now. */
  kill(): void;
}

/** A worker is replaced after so many trials, or when it holds so much more than after its first. */
const TRIALS_PER_WORKER = 24;
const GROWTH_BYTES = 1.5e9;
const PIXEL_CACHE_BYTES = 1e9;
/** A worker that holds more than this of the machine's memory ends before another process measures its peak. */
const LARGE_SHARE = 1 / 3;

export interface CrewListener {
  progressed(done: number, total: number): void;
  notice?(text: string): void;
}

/** What a crew knows beforehand. */
export interface CrewKnowledge {
  /** Meters of energy that can be read. */
  readonly energy?: EnergySources | undefined;
  /** The batch that an earlier run found for a trial of `batchSize: max`. */
  readonly earlierBatch?: (planned: PlannedTrial) => number | undefined;
  /** Whether the journal has a result of a trial by now: running it is a further attempt. */
  readonly hasResult?: (planned: PlannedTrial) => boolean;
}

/** @param folder of the report, for pictures */
export function createWorkerCrew(
  plan: Plan,
  folder: string,
  startWorker: StartWorker,
  listener: CrewListener,
  { energy, earlierBatch, hasResult }: CrewKnowledge = {},
): WorkerCrew {
  const { experiment, engine } = plan;
  const known = new Map<string, MemoryReport>();
  let held: { worker: WorkerProcess; model: string; trials: number; firstRss: number } | undefined;
  let measuring: WorkerProcess | undefined;
  const peaks = new Map<number, MachinePeak>();

  const setupFor = ({ trial: { model, task }, threads }: PlannedTrial, batchSize: number): WorkerSetup => ({
    model,
    makesPictures: makesPictures(task),
    engine: { ...engine, threads },
    measure: { ...experiment.measure, batchSize },
    seed: experiment.seed,
    limit: experiment.limit ?? null,
    pixelCacheBytes: PIXEL_CACHE_BYTES,
    energy,
  });
  const batches = createBatchSearch({
    ...{ startWorker, setupFor, freeBytes: availableBytes },
    notice: (text) => listener.notice?.(text),
    ...(earlierBatch === undefined ? {} : { earlier: earlierBatch }),
  });
  const contextOf = (planned: PlannedTrial): Omit<JudgeContext, 'peak'> => ({
    experiment: experiment.name,
    device: deviceLabel(engine, planned.threads),
    askedDevice: engine.device,
    batchSize: batches.knownSize(planned) ?? null,
    bounds: experiment.measure.validity,
    seed: experiment.seed,
    skipBadSamples: experiment.onBadSample === 'skip',
  });
  const letGo = async (): Promise<void> => {
    const { worker } = held ?? {};
    held = undefined;
    await worker?.close();
  };
  const workerFor = async (planned: PlannedTrial, batchSize: number) => {
    const key = canonicalJson({ model: planned.trial.model, threads: planned.threads, batchSize });
    if (held !== undefined && (held.model !== key || held.trials >= TRIALS_PER_WORKER)) await letGo();
    held ??= {
      worker: startWorker(setupFor(planned, batchSize)),
      model: key,
      trials: 0,
      firstRss: Number.POSITIVE_INFINITY,
    };
    held.trials++;
    return held;
  };

  /** The size of its batches; nothing else holds memory while the largest is looked for. */
  const batchSizeOf = async (planned: PlannedTrial): Promise<number> => {
    const known = batches.knownSize(planned);
    if (known === undefined) await letGo();
    return known ?? batches.sizeFor(planned);
  };

  async function measureTrial(planned: PlannedTrial, batchSize: number): Promise<TrialReport> {
    const { trial } = planned;
    const current = await workerFor(planned, batchSize);
    const report = await current.worker.run(
      {
        kind: 'trial',
        task: trial.task,
        reduction: trial.reduction,
        precision: trial.precision,
        ...(makesPictures(trial.task) ? { pictures: pictureJobs(planned) } : {}),
      },
      (done, total) => listener.progressed(done, total),
    );
    if (report.kind !== 'trial') throw new Error('the worker answered another question');
    if (!Number.isFinite(current.firstRss)) current.firstRss = report.rssBytes;
    if (report.rssBytes > current.firstRss + GROWTH_BYTES) await letGo();
    return report;
  }

  const pictureJobs = (planned: PlannedTrial): TrialJob['pictures'] => {
    const place = ({ id, fingerprint }: PlannedTrial): PictureJob => ({
      folder: join(folder, PICTURES, id),
      fingerprint,
    });
    const timesAnew = hasResult?.(planned) ?? false;
    return { own: place(planned), baseline: place(baselineOf(planned, plan)), timesAnew };
  };

  /** The memory of a variant, measured once for all tasks that read the same outputs. */
  async function measureMemory(
    planned: PlannedTrial,
    batchSize: number,
    outputs: readonly string[],
  ): Promise<MemoryReport> {
    const { trial, threads } = planned;
    const task = readsImageWithText(trial.task) || makesPictures(trial.task) ? trial.task : null;
    const { model, reduction, precision } = trial;
    const key = canonicalJson({ model, reduction, precision, outputs, task, threads, batchSize });
    const earlier = known.get(key);
    if (earlier !== undefined) return earlier;
    measuring = startWorker(setupFor(planned, batchSize));
    try {
      const report = await measuring.run({ kind: 'memory', outputs, reduction, precision, task });
      if (report.kind !== 'memory') throw new Error('the worker answered another question');
      known.set(key, report);
      return report;
    } finally {
      await measuring.close();
      measuring = undefined;
    }
  }

  /** What the trial has measured so far stays, whatever becomes of the process that measures memory: the reason stands in the place of the figures. */
  const memoryOf = (...of: Parameters<typeof measureMemory>): Promise<MemoryReport | string> =>
    measureMemory(...of).catch(reasonOf);

  return {
    async measurePeak(planned) {
      try {
        const { worker } = await workerFor(planned, batches.knownSize(planned) ?? 1);
        const report = await worker.run({ kind: 'peak' });
        if (report.kind !== 'peak') throw new Error('the worker answered another question');
        peaks.set(planned.threads, report.peak);
      } catch (thrown) {
        if (thrown instanceof WorkerCrash) held = undefined;
      }
      return peaks.get(planned.threads) ?? null;
    },
    async audit(planned) {
      try {
        const { task, reduction, precision } = planned.trial;
        const { worker } = await workerFor(planned, await batchSizeOf(planned));
        const report = await worker.run({ kind: 'audit', task, reduction, precision }, (done, total) =>
          listener.progressed(done, total),
        );
        if (report.kind !== 'audit') throw new Error('the worker answered another question');
        return report.findings;
      } catch (thrown) {
        if (thrown instanceof WorkerCrash) held = undefined;
        throw thrown;
      }
    },
    async run(planned) {
      try {
        const batchSize = await batchSizeOf(planned);
        const report = await measureTrial(planned, batchSize);
        const timed = report.observation.variantMs.length > 0;
        const wantsMemory = experiment.measure.memory && timed;
        if (wantsMemory && report.rssBytes > totalmem() * LARGE_SHARE) await letGo();
        const memory = wantsMemory ? await memoryOf(planned, batchSize, report.outputs) : null;
        const peak = peaks.get(planned.threads) ?? null;
        return { judged: judgeTrial(planned, report, memory, { ...contextOf(planned), peak }), report };
      } catch (thrown) {
        if (thrown instanceof WorkerCrash) held = undefined;
        // A device that had no memory left may not recover in this process.
        else if (isOutOfMemory(thrown)) await letGo();
        return { judged: failedTrial(planned, reasonOf(thrown), contextOf(planned)), report: null };
      }
    },
    close: letGo,
    kill() {
      held?.worker.kill();
      measuring?.kill();
      batches.kill();
    },
  };
}

/** The trial of the unreduced model in float32 that a variant is held against, under the same conditions; every plan has it. */
function baselineOf({ trial }: PlannedTrial, plan: Plan): PlannedTrial {
  const keyOf = ({ reduction: _, precision: __, ...rest }: Trial): string => canonicalJson(rest);
  const key = keyOf(trial);
  return plan.trials.find(({ trial: other }) => isReference(other) && keyOf(other) === key)!;
}

/** Memory that can be taken without swapping, the limit of a container counted in where Node tells it. */
function availableBytes(): number {
  return (process as { availableMemory?(): number }).availableMemory?.() ?? freemem();
}

/** `CPU, 2 threads`; TensorFlow.js, which has a CPU of its own, is named: `TFJS WASM, 1 thread`. */
export function deviceLabel(
  { name, device }: Pick<ResolvedEngine, 'name' | 'device'>,
  threads: number,
): string {
  const place = name === 'tfjs' ? `${name} ${device}` : device;
  return `${place.toUpperCase()}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}

/** One line for the table; a defect keeps its message, the journal has no room for a stack. */
export function reasonOf(thrown: unknown): string {
  const reason = withParts(thrown).replaceAll(/\s+/g, ' ').trim();
  const needsMemory = !(thrown instanceof WorkerCrash) && isOutOfMemory(thrown);
  return needsMemory ? `out of memory: ${MORE_MEMORY} (${reason})` : reason;
}

function withParts(thrown: unknown): string {
  if (!(thrown instanceof TurboError)) return messageOf(thrown);
  const { value, where, allowed } = thrown.parts;
  const parts = [
    where,
    value === undefined ? undefined : JSON.stringify(value),
    allowed === undefined ? undefined : `allowed: ${allowed}`,
  ].filter((part) => part !== undefined && part !== '');
  return parts.length === 0 ? thrown.what : `${thrown.what} (${parts.join('; ')})`;
}
