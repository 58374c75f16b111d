/** Whether tasks and reductions of an experiment fit its models; where they do not, the error names the entry. */
import { TurboError } from '../errors/turbo-error.js';
import { formatPath } from '../errors/value-path.js';
import { BASELINE, type Trial } from '../experiment/expand.js';
import type { Methods } from '../experiment/reduction-sweep.js';
import type { Experiment } from '../experiment/schema.js';
import { crossModalOf } from '../reduction/cross-modal.js';
import { textMergingOf } from '../reduction/text-merging.js';
import { makesPictures } from '../tasks/diffusion/options.js';
import { encodesTextWithImage, readsImageWithText } from '../tasks/prepare.js';
import { reductionEntryOf, taskEntryOf } from './plan-places.js';

/**
 * @param trials those of one model @param isPipeline whether that is a diffusion pipeline
 * @throws TurboError for a task or a reduction that is for the other kind of model
 */
export function refuseMisfits(
  experiment: Experiment,
  trials: readonly Trial[],
  isPipeline: boolean,
  methods: Methods,
): void {
  for (const trial of trials) {
    const { model, task, reduction, precision } = trial;
    if (precision === 'int8-static') refuseStatic(model.name, task.task, isPipeline);
    if (makesPictures(task) !== isPipeline)
      throw new TurboError(
        isPipeline
          ? 'A diffusion pipeline cannot do this task'
          : 'Pictures are made by diffusion pipelines, and this model is none',
        {
          where: `${formatPath(taskEntryOf(experiment, task))} (${task.task})`,
          value: model.name,
          allowed: isPipeline
            ? 'text-to-image and image-to-image'
            : 'a folder of diffusers with model_index.json, or a preset such as random:sd-1.5',
          next: 'Name with `models:` in the entry those that do the task.',
        },
      );
    if (reduction.method !== BASELINE && isForPipelines(reduction) !== isPipeline)
      throw new TurboError(
        isPipeline
          ? 'The reduction is for encoders, and this model is a diffusion pipeline'
          : 'The reduction is for diffusion networks, and this model is an encoder',
        {
          where: `${formatPath(reductionEntryOf(experiment, trial, methods))} (${reduction.method})`,
          value: model.name,
          allowed: isPipeline
            ? 'turbo or tomesd with ratio, the share of tokens that is merged: {method: tomesd, ratio: 0.5}'
            : 'tokensPerLayer in place of ratio; {ratio: 0.1} takes a share of the tokens in every layer',
          next: 'Name with `models:` in the entry those that it is for.',
        },
      );
  }
}

/** Ranges are those of one image encoder that is run once for every picture. */
function refuseStatic(model: string, task: string, isPipeline: boolean): void {
  if (isPipeline)
    throw new TurboError('int8-static is not there for diffusion pipelines', {
      where: 'engine.precision',
      value: model,
      allowed: 'int8-dynamic, int8-weights, int4-weights, bfloat16-weights',
      next: 'Ranges would have to be found at every noise level; int8-dynamic finds them as it runs.',
    });
  if (task === 'agreement')
    throw new TurboError('int8-static is not there for the task agreement', {
      where: 'engine.precision',
      value: model,
      allowed: 'int8-dynamic, int8-weights, int4-weights, bfloat16-weights',
      next: 'Its encoder also puts out attention, which no ranges were found for.',
    });
}

/** Methods for diffusion networks take a share of the tokens, and no other methods do. */
function isForPipelines(reduction: { readonly [parameter: string]: unknown }): boolean {
  return reduction.ratio !== undefined;
}

/** A parameter that would change nothing is no cell of a sweep. */
export function refuseTextReductionWithoutText({ task, reduction }: Trial): void {
  const refuse = (parameter: string, allowed: string): never => {
    throw new TurboError(`${parameter} changes nothing in this task`, {
      value: task.task,
      where: `the method ${reduction.method}`,
      allowed,
      next: 'Name with `models:` those that the entry is for, or move it into an experiment of its own.',
    });
  };
  if (crossModalOf(reduction) !== null && !readsImageWithText(task))
    refuse('crossModal', 'the tasks captioning, vqa, nlvr2, agreement, and retrieval with rerank');
  if (textMergingOf(reduction) !== null && !encodesTextWithImage(task))
    refuse('textTokensPerLayer', 'the tasks vqa, nlvr2, and retrieval with rerank');
}
