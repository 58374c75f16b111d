/** What a run will do, known before anything runs: trials with their keys, their cost, and what will have to be adapted. */

import type { AtPlace } from '../experiment/at-place.js';
import { canonicalJson, distinct } from '../experiment/canonical-json.js';
import { BASELINE, expandExperiment, isReference, type Trial } from '../experiment/expand.js';
import { fingerprintOf, shortIds } from '../experiment/fingerprint.js';
import type { BatchSize, EngineOptions } from '../experiment/measure-options.js';
import type { Methods } from '../experiment/reduction-sweep.js';
import type { Experiment } from '../experiment/schema.js';
import type { Model } from '../models/model.js';
import type { Pipeline } from '../models/stable-diffusion/pipeline.js';
import { FULL_PRECISION } from '../precision/precision.js';
import { makesPictures } from '../tasks/diffusion/options.js';
import { dataOf, noticesOf } from '../tasks/prepare.js';
import type { Estimate } from './estimate.js';
import { refuseMisfits, refuseTextReductionWithoutText } from './fitting-trials.js';
import type { ModelPlanner } from './model-planner.js';
import { encoderPlanner } from './plan-encoder.js';
import { pipelinePlanner } from './plan-pipeline.js';
import { aboutModel, modelEntryOf, reductionEntryOf, taskEntryOf } from './plan-places.js';
import { modelsMeant } from './select-trials.js';
import { describeTrials, type TrialDescription } from './trial-description.js';

/** One trial of a plan. */
export interface PlannedTrial extends TrialDescription {
  /** Short, unique in the experiment. */
  readonly id: string;
  readonly fingerprint: string;
  /** Inside one operator. */
  readonly threads: number;
  /** As the experiment asks for it, but not more than there are samples. */
  readonly batchSize: BatchSize;
  readonly samples: number;
  /** After every block of the image encoder. */
  readonly tokens: readonly number[];
  readonly flopsPerSample: number;
  /** Of the network that is reduced, in the types in which its graph takes them. */
  readonly weightBytes: number;
  /** FLOPs of the unreduced model ÷ these. */
  readonly flopRatio: number;
  /** What does not go as written, such as an r that was clipped. */
  readonly notes: readonly string[];
  readonly estimate: Estimate;
}

export interface Plan {
  readonly experiment: Experiment;
  readonly engine: EngineOptions;
  readonly trials: readonly PlannedTrial[];
  /** Models of the experiment that `--only` leaves out, by name. */
  readonly unopened: readonly string[];
  /** What will not go as the experiment asks for, each once. */
  readonly notices: readonly string[];
}

/** What planning asks of the world. */
export interface PlanTools {
  readonly methods: Methods;
  readonly version: string;
  readonly engineVersion: string;
  /** Cores that the process may use. */
  readonly cores: number;
  /** Tells complaints with their place in the experiment. */
  readonly atPlace: AtPlace;
  openModel(choice: Trial['model'], seed: number): Promise<Model>;
  /** A diffusion pipeline; undefined for another model. @param isExpected whether the experiment asks it for pictures alone */
  openPipeline(choice: Trial['model'], seed: number, isExpected: boolean): Promise<Pipeline | undefined>;
}

/** @param only texts as `--only` takes them: a model that none of them means is neither opened nor downloaded, and its trials are left out */
export async function planExperiment(
  experiment: Experiment,
  tools: PlanTools,
  only: readonly string[] = [],
): Promise<Plan> {
  const { engine } = experiment;
  const { precision: _, calibrationSamples, ...common } = engine;
  const limit = experiment.limit ?? null;
  const { seed } = experiment;
  const described = describeTrials(experiment, expandExperiment(experiment, tools.methods));
  const wanted = modelsMeant(described, only);
  const trials = described.map(({ trial }) => trial).filter(({ model }) => wanted.has(model));
  for (const trial of trials)
    await atReduction(experiment, trial, tools, () => refuseTextReductionWithoutText(trial));
  const data = await eachOnce(
    trials.map(({ task }) => task),
    (task) => tools.atPlace(taskEntryOf(experiment, task), () => dataOf(task, { limit, seed })),
  );
  const planned: Omit<PlannedTrial, 'id'>[] = [];
  for (const choice of wanted) {
    const own = described.filter(({ trial }) => trial.model === choice);
    const ownTrials = own.map(({ trial }) => trial);
    const model = await plannerFor(experiment, choice, ownTrials, engine.skipUnreadRows, tools);
    const taskDigest = (task: Trial['task']): Promise<string> =>
      tools.atPlace(taskEntryOf(experiment, task), () => model.taskDigest(task));
    try {
      for (const task of distinct(ownTrials.map(({ task }) => task)))
        await tools.atPlace(taskEntryOf(experiment, task), () =>
          aboutModel(choice, () => model.requireDoable(task, data.get(canonicalJson(task))?.dataset ?? null)),
        );
      for (const { trial, ...description } of own) {
        const isBaseline = isReference(trial);
        const ownCost = () => model.cost(trial.task, trial.reduction, trial.precision);
        const cost =
          trial.reduction.method === BASELINE
            ? await ownCost()
            : await atReduction(experiment, trial, tools, () => aboutModel(choice, ownCost));
        const baseline = isBaseline
          ? cost
          : await model.cost(trial.task, { method: BASELINE }, FULL_PRECISION);
        const source = data.get(canonicalJson(trial.task)) ?? null;
        const samples = source?.samples ?? randomSamples(trial, limit);
        const batchSize = batchOf(trial, samples);
        const threads = trial.conditions.threads ?? tools.cores;
        const fingerprint = fingerprintOf(trial, {
          version: tools.version,
          seed,
          limit,
          onBadSample: experiment.onBadSample,
          measure: { ...experiment.measure, batchSize },
          engine: { ...common, threads, version: tools.engineVersion },
          calibrationSamples,
          modelDigest: model.digest,
          datasetDigest: source === null ? null : joined(source.digest, await taskDigest(trial.task)),
        });
        planned.push({
          ...{ fingerprint, trial, ...description },
          ...{ threads, batchSize, samples },
          tokens: cost.tokens,
          flopsPerSample: cost.flops,
          weightBytes: cost.weightBytes,
          flopRatio: baseline.flops / cost.flops,
          notes: cost.notes,
          estimate: model.estimate({
            measure: { ...experiment.measure, batchSize: assumedBatch(batchSize, samples) },
            ...{ threads, samples, cost, baseline: isBaseline ? null : baseline },
          }),
        });
      }
    } finally {
      model.close();
    }
  }
  const trialsOnce = distinct(planned, ({ fingerprint }) => fingerprint);
  const ids = shortIds(trialsOnce.map(({ fingerprint }) => fingerprint));
  const notices = await Promise.all(experiment.tasks.map(noticesOf));
  return {
    experiment,
    engine,
    trials: trialsOnce.map((trial, index) => ({ id: ids[index]!, ...trial })),
    unopened: [...new Set(described.map(({ trial }) => trial.model))]
      .filter((choice) => !wanted.has(choice))
      .map(({ name }) => name),
    notices: [...new Set([...notices.flat(), ...batchNotices(trialsOnce), ...clippedNotices(planned)])],
  };
}

/** @throws TurboError for a task or reduction that does not fit the model */
async function plannerFor(
  experiment: Experiment,
  choice: Trial['model'],
  own: readonly Trial[],
  skipUnreadRows: boolean,
  tools: PlanTools,
): Promise<ModelPlanner> {
  const { seed } = experiment;
  const wantsPictures = own.length > 0 && own.every(({ task }) => makesPictures(task));
  const atModel = <Opened>(open: () => Promise<Opened>) =>
    tools.atPlace(modelEntryOf(experiment, choice), open);
  const pipeline = await atModel(() => tools.openPipeline(choice, seed, wantsPictures));
  try {
    refuseMisfits(experiment, own, pipeline !== undefined, tools.methods);
    if (pipeline === undefined)
      return await encoderPlanner(await atModel(() => tools.openModel(choice, seed)), skipUnreadRows);
    return await pipelinePlanner(pipeline, {
      ...{ seed, limit: experiment.limit ?? null },
      openJudge: (judge) => tools.openModel(judge, seed),
    });
  } catch (thrown) {
    pipeline?.close();
    throw thrown;
  }
}

/** The place is looked for only where there is a complaint: there may be thousands of trials, and as many cells. */
async function atReduction<Value>(
  experiment: Experiment,
  trial: Trial,
  { atPlace, methods }: PlanTools,
  look: () => Value | Promise<Value>,
): Promise<Value> {
  try {
    return await look();
  } catch (thrown) {
    return atPlace(reductionEntryOf(experiment, trial, methods), () => Promise.reject(thrown));
  }
}

/** Larger batches than there are samples would be the same measurement under another name. */
function batchOf({ conditions: { batchSize } }: Trial, samples: number): BatchSize {
  return batchSize === 'max' || samples === 0 ? batchSize : Math.min(batchSize, samples);
}

function clippedNotices(trials: readonly Pick<PlannedTrial, 'trial' | 'batchSize'>[]): string[] {
  return trials.flatMap(({ trial: { conditions }, batchSize }) =>
    batchSize === conditions.batchSize
      ? []
      : [`batchSize ${conditions.batchSize} is clipped to the ${batchSize} samples that there are`],
  );
}

/** What estimates take for a batch that is looked for only when it runs. */
const ASSUMED_BATCH = 64;

function assumedBatch(batchSize: BatchSize, samples: number): number {
  return batchSize === 'max' ? Math.max(1, Math.min(ASSUMED_BATCH, samples)) : batchSize;
}

function batchNotices(trials: readonly Pick<PlannedTrial, 'batchSize'>[]): string[] {
  return trials.some(({ batchSize }) => batchSize === 'max')
    ? [
        `batchSize: max is looked for when it runs, a minute or more for every model and task; estimates assume ${ASSUMED_BATCH}`,
      ]
    : [];
}

function joined(...digests: readonly string[]): string {
  return digests.filter((digest) => digest !== '').join(' ');
}

function randomSamples({ task }: Trial, limit: number | null): number {
  return task.task === 'throughput' ? Math.min(task.images, limit ?? task.images) : 0;
}

/** The result for each different value, by its canonical JSON. */
async function eachOnce<In, Out>(
  values: readonly In[],
  make: (value: In) => Out | Promise<Out>,
): Promise<Map<string, Out>> {
  const results = new Map<string, Out>();
  for (const value of values) {
    const key = canonicalJson(value);
    if (!results.has(key)) results.set(key, await make(value));
  }
  return results;
}
