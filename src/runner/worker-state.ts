/** What a worker process keeps between the jobs of one model: the model, prepared tasks, decoded pixels, the last sessions. */
import { type Engine, openEngine, type Session, tensorData, watchPlacements } from '../engines/index.js';
import { canonicalJson } from '../experiment/canonical-json.js';
import { BASELINE, isReference, type ReductionChoice } from '../experiment/expand.js';
import { DEFAULT_CALIBRATION_SAMPLES } from '../experiment/measure-options.js';
import { createImagePool, type ImagePool } from '../images/image-pool.js';
import { clockStepMs, monotonicNow } from '../measure/clock.js';
import { watchMemory } from '../measure/memory.js';
import type { Model } from '../models/model.js';
import { TOKEN_SIZES } from '../models/network.js';
import { FULL_PRECISION, type Precision } from '../precision/precision.js';
import type { Ranges } from '../precision/ranges.js';
import { crossModalOf } from '../reduction/cross-modal.js';
import type { ReductionSpec } from '../reduction/registry.js';
import { textMergingOf } from '../reduction/text-merging.js';
import type { TaskOptions } from '../tasks/options.js';
import { prepareTask } from '../tasks/prepare.js';
import type { AnyPreparedTask, Measurement, PreparedTask, TextSide } from '../tasks/task.js';
import { auditTrial } from './audit-trial.js';
import { calibrate } from './calibrate.js';
import { exampleIllustrator } from './example-pictures.js';
import { openTrialModel, openTrialPipeline, preprocessorOf } from './open-trial-model.js';
import { ownGpuMemory } from './own-gpu-memory.js';
import { openPipelineState } from './pipeline-state.js';
import { type CachedPool, cachedPool } from './pixel-cache.js';
import { endToEndThroughput, runTrial, type TrialEquipment } from './run-trial.js';
import { sessionOptionsOf } from './session-options.js';
import { countedPictures, countedRuns } from './signs-of-life.js';
import { openTimedWindow } from './timed-window.js';
import { encoderEnergy } from './trial-energy.js';
import type {
  AuditJob,
  FitJob,
  JobReport,
  MemoryJob,
  ModelJob,
  TrialJob,
  TrialReport,
  WorkerSetup,
} from './worker-messages.js';

/** A variant that is ready to run. */
interface OpenVariant {
  readonly key: string;
  readonly session: Session;
  readonly textSide: TextSide | null;
  readonly tokenMass: number | null;
}

export interface WorkerState {
  run(job: ModelJob, onProgress: (done: number, total: number) => void): Promise<JobReport>;
  close(): Promise<void>;
}

/** Passes of the memory job: the engine's arena has its size after the first, the second shows that it stays. */
const MEMORY_PASSES = 2;
/** Share of `minSeconds` that the end-to-end figure gets. */
const END_TO_END_SHARE = 1 / 3;

/** @param onWork told whenever a piece of work is done, so that a long job can be told from one that hangs */
export async function openWorkerState(setup: WorkerSetup, onWork: () => void): Promise<WorkerState> {
  const pipeline = await openTrialPipeline(setup.model, setup.seed, {
    isExpected: setup.makesPictures,
  });
  if (pipeline !== undefined) return openPipelineState(setup, pipeline, onWork);
  const { engine, seen } = watchPlacements(countedRuns(await openEngine(setup.engine.name), onWork));
  const model = await openTrialModel(setup.model, setup.seed);
  const tasks = new Map<string, Promise<AnyPreparedTask>>();
  const slots = {
    baseline: undefined as OpenVariant | undefined,
    variant: undefined as OpenVariant | undefined,
  };
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
  /** What a task computes itself, with the text tower for one, is computed in the precision of the variant that it scores. */
  const prepared = (options: TaskOptions, precision: Precision): Promise<AnyPreparedTask> => {
    const key = canonicalJson({ options, precision });
    const session = { ...sessionOptionsOf(setup.engine), precision: besideEncoder(precision) };
    const task =
      tasks.get(key) ??
      prepareTask(options, { model, engine, session, limit: setup.limit, seed: setup.seed });
    tasks.set(key, task);
    return task;
  };
  const ranges = new Map<string, Promise<Ranges>>();
  /** Of the encoder on the samples of a task; undefined for a precision that needs none. */
  const rangesFor = (precision: Precision, options: TaskOptions, task: PreparedTask) => {
    if (precision !== 'int8-static') return undefined;
    const key = canonicalJson(options);
    const found =
      ranges.get(key) ??
      calibrate({
        ...{ model, engine, outputs: task.outputs, pool: openPools().cached },
        session: sessionOptionsOf(setup.engine),
        samples: [...task.references, ...task.samples],
        count: setup.engine.calibrationSamples ?? DEFAULT_CALIBRATION_SAMPLES,
      });
    ranges.set(key, found);
    return found;
  };
  const open = async (
    { reduction, precision, ranges: known }: VariantChoice,
    outputs: readonly string[],
    openTextSide: PreparedTask['openTextSide'],
  ) => openVariant(model, engine, setup, { reduction, precision, ranges: known }, outputs, openTextSide);
  /** The session in this slot, made anew when it is of another variant. */
  const take = async (
    slot: keyof typeof slots,
    reduction: ReductionChoice,
    precision: Precision,
    options: TaskOptions,
  ) => {
    const task = (await prepared(options, precision)) as PreparedTask;
    const { outputs, openTextSide } = task;
    const text = openTextSide === undefined && precision !== 'int8-static' ? null : options;
    const key = canonicalJson({ reduction, precision, outputs, text });
    const held = slots[slot];
    if (held?.key === key) return held;
    slots[slot] = undefined;
    await releaseVariant(held);
    const choice = { reduction, precision, ranges: await rangesFor(precision, options, task) };
    const opened = { key, ...(await open(choice, outputs, openTextSide)) };
    slots[slot] = opened;
    return opened;
  };

  /** Everything that a trial runs on, its sessions opened and its pictures decoded. */
  async function equip(
    { reduction, precision = FULL_PRECISION, task: options }: TrialJob | AuditJob,
    task: PreparedTask,
    onProgress: (done: number, total: number) => void,
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
      variant: { encoder: variant.session, textSide: variant.textSide },
      baseline: isBaseline ? null : { encoder: baseline.session, textSide: baseline.textSide },
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

  async function runAuditJob(
    job: AuditJob,
    onProgress: (done: number, total: number) => void,
  ): Promise<JobReport> {
    const { precision = FULL_PRECISION } = job;
    const task = await prepared(job.task, precision);
    if (task.kind === 'measurement') return { kind: 'audit', findings: null };
    const { equipment } = await equip(job, task, onProgress);
    const known = await rangesFor(precision, job.task, task);
    const choice = { reduction: job.reduction, precision, ranges: known };
    const untimed = await open(choice, task.outputs, task.openTextSide);
    try {
      const { session: encoder, textSide } = untimed;
      return { kind: 'audit', findings: await auditTrial(equipment, { encoder, textSide }) };
    } finally {
      await releaseVariant(untimed);
    }
  }

  async function runTrialJob(
    job: TrialJob,
    onProgress: (done: number, total: number) => void,
  ): Promise<TrialReport> {
    const task = await prepared(job.task, job.precision ?? FULL_PRECISION);
    if (task.kind === 'measurement') return runMeasurement(task, job.reduction, onProgress);
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
      device: variant.session.device,
      placement: seen(),
      clockStepMs: clockStepMs(monotonicNow),
      ...window.seen(),
      rssBytes: process.memoryUsage.rss(),
    };
  }

  /** Measures the model itself: nothing is timed. */
  async function runMeasurement(
    task: Measurement,
    reduction: ReductionChoice,
    onProgress: (done: number, total: number) => void,
  ): Promise<TrialReport> {
    const { metrics, sampleCount, badSamples } = await task.measure(
      openPools().cached,
      setup.measure.batchSize,
      onProgress,
      reduction as ReductionSpec,
    );
    return {
      kind: 'trial',
      observation: {
        ...{
          baselineMs: [],
          variantMs: [],
          baselineTextMs: [],
          variantTextMs: [],
          timedBatchSize: 0,
          nonFiniteOutputs: 0,
          worstTokenMass: null,
          examples: [],
        },
        ...{ sampleCount, predictionCount: sampleCount, badSamples, metrics },
      },
      examples: [],
      pictures: [],
      endToEndImagesPerSecond: null,
      tokenMass: null,
      metricsNote: '',
      outputs: [],
      device: setup.engine.device,
      clockStepMs: clockStepMs(monotonicNow),
      rssBytes: process.memoryUsage.rss(),
    };
  }

  /** Random pixels do as well as others: what a network holds depends on shapes alone. */
  function randomBatch(scored: PreparedTask | null) {
    const { imageHeight, imageWidth, channels } = model.encoder;
    const images = setup.measure.batchSize * (scored?.imagesPerSample ?? 1);
    const batch = Math.min(images, scored?.samples.length ?? images);
    const shape = [batch, channels, imageHeight, imageWidth];
    const pixels = new Float32Array(shape.reduce((product, side) => product * side, 1));
    for (let at = 0; at < pixels.length; at++) pixels[at] = ((at * 7919) % 2048) / 1024 - 1;
    const feeds = { pixel_values: tensorData(pixels, shape) };
    return async ({ session, textSide }: Omit<OpenVariant, 'key'>): Promise<void> => {
      const encoded = await session.run(feeds);
      await textSide?.run([...Array(batch).keys()], encoded);
    };
  }

  async function runMemoryJob(job: MemoryJob): Promise<JobReport> {
    const { reduction, outputs, task: options, precision = FULL_PRECISION } = job;
    const memory = watchMemory();
    const task = options === null ? null : await prepared(options, precision);
    const scored = task?.kind === 'scored' ? task : null;
    // Ranges change neither what is held nor how much of it, and finding them takes memory.
    const choice = { reduction, precision: besideEncoder(precision), ranges: undefined };
    const variant = await open(choice, outputs, scored?.openTextSide);
    const pass = randomBatch(scored);
    memory.loaded();
    for (let run = 0; run < MEMORY_PASSES; run++) await pass(variant);
    const figures = memory.ended();
    const gpuMemoryBytes = await ownGpuMemory(variant.session.device);
    await releaseVariant(variant);
    return { kind: 'memory', ...figures, gpuMemoryBytes };
  }

  /** Baseline and variant are loaded side by side where they are timed, and the unreduced model holds the most. */
  async function runFitJob({ task: options }: FitJob): Promise<JobReport> {
    const task = await prepared(options, FULL_PRECISION);
    if (task.kind === 'measurement') return { kind: 'fit' };
    const whole = { reduction: { method: BASELINE }, precision: FULL_PRECISION, ranges: undefined };
    const one = () => open(whole, task.outputs, task.openTextSide);
    const pair = [await one(), await one()];
    const pass = randomBatch(task);
    for (const variant of pair) await pass(variant);
    for (const variant of pair) await releaseVariant(variant);
    return { kind: 'fit' };
  }

  return {
    run(job, onProgress) {
      if (job.kind === 'trial') return runTrialJob(job, onProgress);
      if (job.kind === 'fit') return runFitJob(job);
      return job.kind === 'audit' ? runAuditJob(job, onProgress) : runMemoryJob(job);
    },
    async close() {
      await releaseVariant(slots.variant);
      await releaseVariant(slots.baseline);
      await pools?.direct.close();
      model.close();
    },
  };
}

/** What a variant is, with what its precision needs to know. */
interface VariantChoice {
  readonly reduction: ReductionChoice;
  readonly precision: Precision;
  readonly ranges: Ranges | undefined;
}

/** Ranges are those of the image encoder; texts and decoders find theirs as they run. */
function besideEncoder(precision: Precision): Precision {
  return precision === 'int8-static' ? 'int8-dynamic' : precision;
}

async function openVariant(
  model: Model,
  engine: Engine,
  setup: WorkerSetup,
  { reduction, precision, ranges }: VariantChoice,
  outputs: readonly string[],
  openTextSide?: PreparedTask['openTextSide'],
): Promise<Omit<OpenVariant, 'key'>> {
  const reduces = reduction.method !== BASELINE && model.visionOutputs.includes(TOKEN_SIZES);
  const { graph, reducer, tokensAfterBlock } = model.buildVision({
    reduction: reduction as ReductionSpec,
    outputs: reduces ? [...outputs, TOKEN_SIZES] : outputs,
    skipUnreadRows: setup.engine.skipUnreadRows,
    formulation: engine.formulation?.(setup.engine.device),
  });
  const session = await engine.createSession(graph, { ...sessionOptionsOf(setup.engine), precision, ranges });
  const textSide = await openTextSide?.({
    imageTokens: tokensAfterBlock.at(-1) ?? model.encoder.tokenCount,
    crossModal: crossModalOf(reduction),
    textMerging: textMergingOf(reduction),
  });
  return {
    session,
    textSide: textSide ?? null,
    tokenMass: reduces && reducer.conservesTokenMass ? model.encoder.tokenCount : null,
  };
}

async function releaseVariant(variant: Omit<OpenVariant, 'key'> | undefined): Promise<void> {
  await variant?.session.release();
  await variant?.textSide?.release();
}
