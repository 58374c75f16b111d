/** What a worker process keeps between the jobs of one diffusion pipeline: prepared tasks, their text encoder and autoencoder, the last U-Nets. */
import { openEngine, watchPlacements } from '../engines/index.js';
import { TurboError } from '../errors/turbo-error.js';
import { canonicalJson } from '../experiment/canonical-json.js';
import { BASELINE, isReference, type ReductionChoice } from '../experiment/expand.js';
import { modelChoice } from '../experiment/model-entry.js';
import { clockStepMs, monotonicNow } from '../measure/clock.js';
import { watchMemory } from '../measure/memory.js';
import { openInception } from '../models/inception/open-inception.js';
import { resolveInceptionFile } from '../models/inception/weight-file.js';
import type { Denoiser } from '../models/stable-diffusion/denoiser.js';
import type { Pipeline } from '../models/stable-diffusion/pipeline.js';
import { FULL_PRECISION, type Precision } from '../precision/precision.js';
import { diffusionMergingOf, type ReductionSpec } from '../reduction/registry.js';
import { makesPictures, type PictureTaskOptions } from '../tasks/diffusion/options.js';
import { openPictureMaker, type PictureMaker } from '../tasks/diffusion/picture-maker.js';
import { openPictureScorer, type PictureScorer } from '../tasks/diffusion/picture-scores.js';
import { type PictureTask, preparePictureTask } from '../tasks/diffusion/prepare.js';
import type { TaskOptions } from '../tasks/options.js';
import { auditPictures } from './audit-pictures.js';
import { openTrialModel, preprocessorOf } from './open-trial-model.js';
import { ownGpuMemory } from './own-gpu-memory.js';
import { openPictureFolder, type PictureFolder } from './picture-folder.js';
import { pictureParameters } from './picture-parameters.js';
import { turboBenchVersion } from './provenance.js';
import { type PictureTiming, runPictureTrial } from './run-pictures.js';
import { sessionOptionsOf } from './session-options.js';
import { shownPictures } from './shown-pictures.js';
import { countedRuns } from './signs-of-life.js';
import { openTimedWindow } from './timed-window.js';
import { trialEnergy } from './trial-energy.js';
import type {
  AuditJob,
  AuditReport,
  FitJob,
  FitReport,
  MemoryJob,
  MemoryReport,
  PictureJob,
  TrialJob,
  TrialReport,
  WorkerSetup,
} from './worker-messages.js';
import type { OnProgress, WorkerState } from './worker-state.js';

interface OpenTask {
  readonly key: string;
  readonly task: PictureTask;
  readonly maker: PictureMaker;
  readonly scorer: PictureScorer;
}

/** @param pipeline is closed with the state @param onWork told whenever a network has run */
export async function openPipelineState(
  setup: WorkerSetup,
  pipeline: Pipeline,
  onWork: () => void,
): Promise<WorkerState> {
  const { engine, seen } = watchPlacements(countedRuns(await openEngine(setup.engine.name), onWork));
  const session = sessionOptionsOf(setup.engine);
  let held: OpenTask | undefined;
  const denoisers = { baseline: undefined, variant: undefined } as Record<
    'baseline' | 'variant',
    { readonly key: string; readonly denoiser: Denoiser } | undefined
  >;
  const judges: { close(): void }[] = [];

  const prepared = (options: PictureTaskOptions): Promise<PictureTask> =>
    preparePictureTask(options, {
      ...{ pipeline, engine, session, limit: setup.limit, seed: setup.seed },
    });
  /** Everything that belongs to the task held so far goes with it. */
  const taskOf = async (options: PictureTaskOptions): Promise<OpenTask> => {
    const key = canonicalJson(options);
    if (held?.key === key) return held;
    await release();
    const task = await prepared(options);
    const scorer = await openPictureScorer(task, {
      async openJudge(reference) {
        const choice = modelChoice(reference);
        const model = await openTrialModel(choice, setup.seed);
        judges.push(model);
        return { name: judgeName(choice.name), model, preprocessor: preprocessorOf(model) };
      },
      openInception: async () =>
        openInception(await resolveInceptionFile({ env: process.env, fetch: globalThis.fetch }), {
          ...{ engine, session },
        }),
    });
    held = { key, task, maker: await openPictureMaker(task), scorer };
    return held;
  };
  const denoiserIn = async (
    slot: 'baseline' | 'variant',
    reduction: ReductionChoice,
    precision: Precision,
    { maker }: OpenTask,
  ): Promise<Denoiser> => {
    const key = canonicalJson({ reduction, precision });
    const known = denoisers[slot];
    if (known?.key === key) return known.denoiser;
    denoisers[slot] = undefined;
    await known?.denoiser.release();
    const denoiser = await maker.openVariant(diffusionMergingOf(reduction as ReductionSpec), precision);
    denoisers[slot] = { key, denoiser };
    return denoiser;
  };
  const release = async (): Promise<void> => {
    for (const slot of ['baseline', 'variant'] as const) {
      await denoisers[slot]?.denoiser.release();
      denoisers[slot] = undefined;
    }
    await held?.scorer.close();
    await held?.maker.release();
    held = undefined;
    for (const judge of judges.splice(0)) judge.close();
  };
  const folderOf = (
    { folder, fingerprint }: PictureJob,
    reduction: ReductionChoice,
    { requests, scheduler: _, schedulerName, options, seed }: PictureTask,
  ): Promise<PictureFolder> =>
    openPictureFolder({
      ...{ folder, count: requests.length, software: software() },
      parametersOf: (picture) =>
        pictureParameters({
          ...{ picture, request: requests[picture]!, options, seed, reduction, fingerprint },
          ...{ model: setup.model.name, scheduler: schedulerName, software: software() },
        }),
    });

  async function runTrialJob(job: TrialJob, onProgress: OnProgress): Promise<TrialReport> {
    const { reduction, precision = FULL_PRECISION, pictures } = job;
    if (pictures === undefined) throw new Error('a trial that makes pictures needs a folder for them');
    const open = await taskOf(pictureOptions(job.task));
    const { task, maker, scorer } = open;
    const baselineOnly = { method: BASELINE };
    const isBaseline = isReference({ reduction, precision });
    const variant = {
      denoiser: await denoiserIn(isBaseline ? 'baseline' : 'variant', reduction, precision, open),
      folder: await folderOf(pictures.own, reduction, task),
    };
    const baseline = isBaseline
      ? null
      : {
          denoiser: await denoiserIn('baseline', baselineOnly, FULL_PRECISION, open),
          folder: await folderOf(pictures.baseline, baselineOnly, task),
        };
    const count = task.requests.length;
    const window = openTimedWindow(setup.engine.threads);
    const timing = await runPictureTrial({
      ...{ maker, count, variant, baseline, onProgress },
      timing: setup.measure,
      batchSize: setup.measure.batchSize,
      now: window.now,
      window,
      timesAnew: pictures.timesAnew,
    });
    const firstBatch = [...task.requests.keys()].slice(0, setup.measure.batchSize);
    const energy = await trialEnergy(setup, async () => {
      const batch = await maker.load(firstBatch);
      const texts = await maker.encodeTexts(batch);
      await maker.decode(await maker.denoise(variant.denoiser, batch, texts, await maker.start(batch)));
      return firstBatch.length;
    });
    const scores = await scorer.score(variant.folder, baseline?.folder ?? null);
    return {
      kind: 'trial',
      observation: {
        ...wholeTimes(timing),
        ...{ baselineTextMs: [], variantTextMs: [], worstTokenMass: null, examples: [] },
        badSamples: task.badSamples,
        timedBatchSize: timing.batchSize,
        sampleCount: count,
        predictionCount: variant.folder.size(),
        nonFiniteOutputs: variant.folder.nonFiniteValues(),
        metrics: scores.metrics,
        outcomes: scores.outcomes,
      },
      pictureTiming: { ...timing, calls: task.calls },
      examples: [],
      ...(await shownPictures(task.requests, variant.folder, scores.psnr)),
      endToEndImagesPerSecond: null,
      energy,
      tokenMass: null,
      metricsNote: scores.note,
      outputs: [],
      device: variant.denoiser.device,
      placement: seen(),
      clockStepMs: clockStepMs(monotonicNow),
      ...timing.seen,
      rssBytes: process.memoryUsage.rss(),
    };
  }

  async function runAuditJob(
    { reduction, precision = FULL_PRECISION, task: options }: AuditJob,
    onProgress: OnProgress,
  ): Promise<AuditReport> {
    const open = await taskOf(pictureOptions(options));
    const { task, maker } = open;
    const slot = isReference({ reduction, precision }) ? 'baseline' : 'variant';
    const timed = await denoiserIn(slot, reduction, precision, open);
    const untimed = await maker.openVariant(diffusionMergingOf(reduction as ReductionSpec), precision);
    try {
      const findings = await auditPictures({
        ...{ maker, timed, untimed, onProgress, count: task.requests.length },
        ...{ timing: setup.measure, batchSize: setup.measure.batchSize, now: monotonicNow },
      });
      return { kind: 'audit', findings };
    } finally {
      await untimed.release();
    }
  }

  /** One batch through all parts, with the U-Net of one variant alone. */
  async function runMemoryJob({ reduction, precision, task: options }: MemoryJob): Promise<MemoryReport> {
    if (options === null) throw new Error('the peak of a pipeline is that of a task');
    const memory = watchMemory();
    const task = await prepared(pictureOptions(options));
    const maker = await openPictureMaker(task);
    const denoiser = await maker.openVariant(diffusionMergingOf(reduction as ReductionSpec), precision);
    const batch = await maker.load([...task.requests.keys()].slice(0, setup.measure.batchSize));
    memory.loaded();
    const texts = await maker.encodeTexts(batch);
    const start = await maker.start(batch);
    await maker.decode(await maker.denoise(denoiser, batch, texts, start));
    const figures = memory.ended();
    const gpuMemoryBytes = await ownGpuMemory(denoiser.device);
    await denoiser.release();
    await maker.release();
    return { kind: 'memory', ...figures, gpuMemoryBytes };
  }

  /** One batch through two U-Nets in turn: baseline and variant are loaded side by side, and the unreduced one holds the most. */
  async function runFitJob({ task: options }: FitJob): Promise<FitReport> {
    const task = await prepared(pictureOptions(options));
    const maker = await openPictureMaker(task);
    const pair = [await maker.openVariant(null), await maker.openVariant(null)];
    const batch = await maker.load([...task.requests.keys()].slice(0, setup.measure.batchSize));
    for (const denoiser of pair) {
      const texts = await maker.encodeTexts(batch);
      await maker.decode(await maker.denoise(denoiser, batch, texts, await maker.start(batch)));
    }
    for (const denoiser of pair) await denoiser.release();
    await maker.release();
    return { kind: 'fit' };
  }

  return {
    runTrial: runTrialJob,
    runAudit: runAuditJob,
    runMemory: runMemoryJob,
    runFit: runFitJob,
    async close() {
      await release();
      pipeline.close();
    },
  };
}

/** The parts of every timed batch together. */
function wholeTimes({ baseline, variant }: PictureTiming) {
  const whole = ({ textMs, startMs, denoisingMs, decodingMs }: PictureTiming['variant']): number[] =>
    textMs.map((ms, round) => ms + startMs[round]! + denoisingMs[round]! + decodingMs[round]!);
  return { baselineMs: baseline === null ? [] : whole(baseline), variantMs: whole(variant) };
}

function pictureOptions(options: TaskOptions): PictureTaskOptions {
  if (makesPictures(options)) return options;
  throw new TurboError('A diffusion pipeline does not do this task', {
    value: options.task,
    allowed: 'text-to-image, image-to-image',
  });
}

/** `openai/clip-vit-base-patch32` → `clip-vit-base-patch32` */
function judgeName(name: string): string {
  return name.split('/').at(-1)!;
}

function software(): string {
  return `turbo-bench ${turboBenchVersion()}`;
}
