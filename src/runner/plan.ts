/** What a run will do, known before anything runs: trials with their keys, their cost, and what will have to be adapted. */

import { TurboError } from '../errors/turbo-error.js';
import { canonicalJson } from '../experiment/canonical-json.js';
import {
  BASELINE,
  expandExperiment,
  type ReductionChoice,
  type Trial,
  writtenParameters,
} from '../experiment/expand.js';
import { fingerprintOf, shortIds } from '../experiment/fingerprint.js';
import type { Methods } from '../experiment/reduction-sweep.js';
import type { Experiment } from '../experiment/schema.js';
import { flopsOf } from '../graph/flops.js';
import { parameterCount } from '../graph/parameters.js';
import { featureOutput } from '../models/inspect.js';
import type { Model } from '../models/model.js';
import { crossModalOf } from '../reduction/cross-modal.js';
import { clippedLayers } from '../reduction/merging-plan.js';
import type { ReductionSpec } from '../reduction/registry.js';
import { textMergingOf } from '../reduction/text-merging.js';
import {
  dataOf,
  datasetLabel,
  encodesTextWithImage,
  noticesOf,
  readsImageWithText,
  taskLabel,
} from '../tasks/prepare.js';
import { type Estimate, estimateTrial } from './estimate.js';
import { type RowParameters, reductionLabel, rowParameters } from './row-parameters.js';
import type { ResolvedEngine } from './worker-messages.js';

/** One trial of a plan. */
export interface PlannedTrial {
  /** Short, unique in the experiment. */
  readonly id: string;
  readonly fingerprint: string;
  readonly trial: Trial;
  readonly taskLabel: string;
  readonly datasetLabel: string;
  /** `emoji-clip retrieval emoji-scenes turbo tokensPerLayer=8`: what `--only` searches. */
  readonly label: string;
  readonly parameters: RowParameters;
  readonly samples: number;
  /** After every block of the image encoder. */
  readonly tokens: readonly number[];
  readonly flopsPerSample: number;
  /** FLOPs of the unreduced model ÷ these. */
  readonly flopRatio: number;
  /** What does not go as written, such as an r that was clipped. */
  readonly notes: readonly string[];
  readonly estimate: Estimate;
}

export interface Plan {
  readonly experiment: Experiment;
  readonly engine: ResolvedEngine;
  readonly trials: readonly PlannedTrial[];
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
  openModel(choice: Trial['model'], seed: number): Promise<Model>;
}

interface ReductionFacts {
  readonly tokens: readonly number[];
  readonly flops: number;
  readonly notes: readonly string[];
}

export async function planExperiment(experiment: Experiment, tools: PlanTools): Promise<Plan> {
  const engine: ResolvedEngine = { ...experiment.engine, threads: experiment.engine.threads ?? tools.cores };
  const limit = experiment.limit ?? null;
  const { seed } = experiment;
  const trials = expandExperiment(experiment, tools.methods);
  for (const trial of trials) refuseTextReductionWithoutText(trial);
  const data = await eachOnce(
    trials.map(({ task }) => task),
    (task) => dataOf(task, { limit, seed }),
  );
  const written = writtenParameters(experiment);
  const planned: Omit<PlannedTrial, 'id'>[] = [];
  for (const choice of new Set(trials.map(({ model }) => model))) {
    const own = trials.filter((trial) => trial.model === choice);
    const model = await tools.openModel(choice, seed);
    try {
      const modelDigest = await model.digest();
      const facts = await eachOnce(
        own.map(({ reduction }) => reduction),
        (reduction) => factsOf(model, reduction, engine.skipUnreadRows),
      );
      const baseline = facts.get(canonicalJson({ method: BASELINE }))!;
      for (const trial of own) {
        const { tokens, flops, notes } = facts.get(canonicalJson(trial.reduction))!;
        const source = data.get(canonicalJson(trial.task)) ?? null;
        const samples = source?.samples ?? randomSamples(trial, limit);
        const parameters = rowParameters(trial.reduction, written);
        const fingerprint = fingerprintOf(trial, {
          version: tools.version,
          seed,
          limit,
          onBadSample: experiment.onBadSample,
          measure: experiment.measure,
          engine: { ...engine, version: tools.engineVersion },
          modelDigest,
          datasetDigest: source?.digest ?? null,
        });
        const names = { taskLabel: taskLabel(trial.task), datasetLabel: datasetLabel(trial.task) };
        planned.push({
          fingerprint,
          trial,
          ...names,
          label: [
            choice.name,
            names.taskLabel,
            names.datasetLabel,
            reductionLabel(trial.reduction.method, parameters),
          ]
            .filter((part) => part !== '')
            .join(' '),
          parameters,
          samples,
          tokens,
          flopsPerSample: flops,
          flopRatio: baseline.flops / flops,
          notes,
          estimate: estimateTrial({
            measure: experiment.measure,
            threads: engine.threads,
            samples,
            flops,
            baselineFlops: trial.reduction.method === BASELINE ? null : baseline.flops,
            parameters: parametersOf(model),
            encoder: model.encoder,
          }),
        });
      }
    } finally {
      model.close();
    }
  }
  const ids = shortIds(planned.map(({ fingerprint }) => fingerprint));
  const notices = await Promise.all(experiment.tasks.map(noticesOf));
  return {
    experiment,
    engine,
    trials: planned.map((trial, index) => ({ id: ids[index]!, ...trial })),
    notices: [...new Set(notices.flat())],
  };
}

/**
 * The trials that one of the texts means: all of its words occur in the label, or begin the id. No text means all trials.
 * A word with `=` must be met in full, so that `tokensPerLayer=4` does not mean 40.
 */
export function selectTrials(trials: readonly PlannedTrial[], only: readonly string[]): PlannedTrial[] {
  const meant = (word: string, { id, label }: PlannedTrial): boolean => {
    const text = label.toLowerCase();
    return id.startsWith(word) || (word.includes('=') ? text.split(' ').includes(word) : text.includes(word));
  };
  const texts = only.map((text) => text.toLowerCase().split(/\s+/).filter(Boolean));
  if (texts.length === 0) return [...trials];
  return trials.filter((trial) => texts.some((words) => words.every((word) => meant(word, trial))));
}

function factsOf(model: Model, reduction: ReductionChoice, skipUnreadRows: boolean): ReductionFacts {
  const spec = reduction as ReductionSpec;
  const { graph, reducer, tokensAfterBlock } = model.buildVision({
    reduction: spec,
    outputs: [featureOutput(model)],
    skipUnreadRows,
  });
  const clipped = clippedLayers(reducer.plan).filter(
    ({ tokensBefore }) => tokensBefore >= minTokensOf(reduction),
  );
  const notes =
    clipped.length === 0
      ? []
      : [
          `r is larger than the tokens allow: clipped in ${clipped.length} of ${reducer.plan.length} layers (${clipped
            .slice(0, 3)
            .map(({ layer, requested, taken }) => `layer ${layer}: ${requested} → ${taken}`)
            .join(', ')}${clipped.length > 3 ? ', …' : ''})`,
        ];
  return { tokens: tokensAfterBlock, flops: flopsOf(graph, { batch: 1 }).total, notes };
}

/** A parameter that would change nothing is no cell of a sweep. */
function refuseTextReductionWithoutText({ task, reduction }: Trial): void {
  const refuse = (parameter: string, allowed: string): never => {
    throw new TurboError(`${parameter} changes nothing in this task`, {
      value: task.task,
      where: `reduction method ${reduction.method}`,
      allowed,
      next: 'Name with `models:` those that the entry is for, or move it into an experiment of its own.',
    });
  };
  if (crossModalOf(reduction) !== null && !readsImageWithText(task))
    refuse('crossModal', 'the tasks captioning, vqa, nlvr2, agreement, and retrieval with rerank');
  if (textMergingOf(reduction) !== null && !encodesTextWithImage(task))
    refuse('textTokensPerLayer', 'the tasks vqa, nlvr2, and retrieval with rerank');
}

/** Below the threshold nothing is taken on purpose; that is no clipping. */
function minTokensOf(reduction: ReductionChoice): number {
  return typeof reduction.minTokens === 'number' ? reduction.minTokens : 0;
}

function parametersOf(model: Model): number {
  return parameterCount(
    model.buildVision({ reduction: { method: BASELINE }, outputs: [featureOutput(model)] }).graph,
  );
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
