/** What a worker process keeps between the jobs of one image encoder: the model, prepared tasks, decoded pixels, the last sessions. */
import { openEngine, watchPlacements } from '../engines/index.js';
import { canonicalJson } from '../experiment/canonical-json.js';
import { BASELINE, isReference, type ReductionChoice } from '../experiment/expand.js';
import { createImagePool, type ImagePool } from '../images/image-pool.js';
import { clockStepMs, monotonicNow } from '../measure/clock.js';
import { FULL_PRECISION, type Precision } from '../precision/precision.js';
import type { TaskOptions } from '../tasks/options.js';
import type { PreparedTask } from '../tasks/task.js';
import { auditTrial } from './audit-trial.js';
import { exampleIllustrator } from './example-pictures.js';
import { openTrialModel, preprocessorOf } from './open-trial-model.js';
import { type OpenVariant, openVariant, releaseVariant } from './open-variant.js';
import { type CachedPool, cachedPool } from './pixel-cache.js';
import { prepareTasks } from './prepared-tasks.js';
import { runMeasurement } from './run-measurement.js';
import { endToEndThroughput, runTrial, type TrialEquipment } from './run-trial.js';
import { countedPictures, countedRuns } from './signs-of-life.js';
import { openTimedWindow } from './timed-window.js';
import { encoderEnergy } from './trial-energy.js';
import { fitPair, peakOfVariant } from './variant-memory.js';
import type { AuditJob, AuditReport, TrialJob, TrialReport, WorkerSetup } from './worker-messages.js';
import type { OnProgress, WorkerState } from './worker-state.js';

type Slot = 'baseline' | 'variant';

/** Share of `minSeconds` that the end-to-end figure gets. */
const END_TO_END_SHARE = 1 / 3;

/** @param onWork told whenever a network has run or a picture was prepared */
export async function openEncoderState(setup: WorkerSetup, onWork: () => void): Promise<WorkerState> {
  const { engine, seen } = watchPlacements(countedRuns(await openEngine(setup.engine.name), onWork));
  const model = await openTrialModel(setup.model, setup.seed);
  const onEngine = { model, engine, setup };
  const slots: Partial<Record<Slot, { readonly key: string; readonly variant: OpenVariant }>> = {};
  const illustrate = exampleIllustrator();
  let pools: { direct: ImagePool; cached: CachedPool } | undefined;

  const openPools = () => {
    if (pools === undefined) {
      const pool = createImagePool({ preprocessor: preprocessorOf(model), threads: setup.engine.threads });
      const direct = countedPictures(pool, onWork);
      pools = { direct, cached: cachedPool(direct, setup.pixelCacheBytes) };
    }
    return pools;
  };
  const tasks = prepareTasks(onEngine, () => openPools().cached);

  /** The variant in this slot, opened anew when it is another one. */
  async function take(slot: Slot, reduction: ReductionChoice, precision: Precision, options: TaskOptions) {
    const task = (await tasks.prepared(options, precision)) as PreparedTask;
    const { outputs, openTextSide } = task;
    const text = openTextSide === undefined && precision !== 'int8-static' ? null : options;
    const key = canonicalJson({ reduction, precision, outputs, text });
    const held = slots[slot];
    if (held?.key === key) return held.variant;
    delete slots[slot];
    await releaseVariant(held?.variant);
    const choice = { reduction, precision, ranges: await tasks.rangesFor(precision, options, task) };
    const variant = await openVariant(onEngine, choice, task);
    slots[slot] = { key, variant };
    return variant;
  }

  /** Everything that a trial runs on, its sessions opened and its pictures decoded. */
  async function equip(
    { reduction, precision = FULL_PRECISION, task: options }: TrialJob | AuditJob,
    task: PreparedTask,
    onProgress: OnProgress,
  ) {
    const isBaseline = isReference({ reduction, precision });
    const baseline = await take('baseline', { method: BASELINE }, FULL_PRECISION, options);
    const variant = isBaseline ? baseline : await take('variant', reduction, precision, options);
    const { cached } = openPools();
    await cached.fill([...task.references, ...task.samples].map(({ image }) => image));
    const { imageHeight: height, imageWidth: width, channels } = model.encoder;
    const window = openTimedWindow(setup.engine.threads);
    const equipment: TrialEquipment = {
      task,
      variant,
      baseline: isBaseline ? null : baseline,
      pool: cached,
      image: { height, width, channels },
      tokenMass: variant.tokenMass,
      timing: setup.measure,
      batchSize: setup.measure.batchSize,
      now: window.now,
      watch: window.watch,
      onProgress,
    };
    return { equipment, variant, window };
  }

  async function runTrialJob(job: TrialJob, onProgress: OnProgress): Promise<TrialReport> {
    const task = await tasks.prepared(job.task, job.precision ?? FULL_PRECISION);
    if (task.kind === 'measurement')
      return runMeasurement(task, setup, openPools().cached, job.reduction, onProgress);
    const { equipment, variant, window } = await equip(job, task, onProgress);
    const { direct } = openPools();
    const observation = await runTrial(equipment);
    const illustrated = await illustrate(task.samples, observation.examples);
    const seconds = setup.measure.minSeconds * END_TO_END_SHARE;
    return {
      kind: 'trial',
      observation,
      ...illustrated,
      endToEndImagesPerSecond: task.decodes ? await endToEndThroughput(equipment, direct, seconds) : null,
      energy: await encoderEnergy(setup, equipment),
      tokenMass: variant.tokenMass,
      metricsNote: task.metricsNote,
      outputs: task.outputs,
      device: variant.encoder.device,
      placement: seen(),
      clockStepMs: clockStepMs(monotonicNow),
      ...window.seen(),
      rssBytes: process.memoryUsage.rss(),
    };
  }

  async function runAuditJob(job: AuditJob, onProgress: OnProgress): Promise<AuditReport> {
    const { reduction, precision = FULL_PRECISION } = job;
    const task = await tasks.prepared(job.task, precision);
    if (task.kind === 'measurement') return { kind: 'audit', findings: null };
    const { equipment } = await equip(job, task, onProgress);
    const ranges = await tasks.rangesFor(precision, job.task, task);
    const untimed = await openVariant(onEngine, { reduction, precision, ranges }, task);
    try {
      return { kind: 'audit', findings: await auditTrial(equipment, untimed) };
    } finally {
      await releaseVariant(untimed);
    }
  }

  return {
    runTrial: runTrialJob,
    runAudit: runAuditJob,
    runMemory: (job) => peakOfVariant(onEngine, tasks, job),
    runFit: (job) => fitPair(onEngine, tasks, job),
    async close() {
      await releaseVariant(slots.variant?.variant);
      await releaseVariant(slots.baseline?.variant);
      await pools?.direct.close();
      model.close();
    },
  };
}
