/** What a plan must know of a diffusion pipeline: FLOPs of a whole picture, and what of prompts and reduction will not go as written. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../experiment/canonical-json.js';
import type { ReductionChoice } from '../experiment/expand.js';
import { modelChoice } from '../experiment/model-entry.js';
import { flopsOf } from '../graph/flops.js';
import { parameterCount, weightBytes } from '../graph/parameters.js';
import type { Model } from '../models/model.js';
import { denoisingFlops, denoisingNotes } from '../models/stable-diffusion/denoising-stages.js';
import type { Pipeline } from '../models/stable-diffusion/pipeline.js';
import { countedIn, type Precision } from '../precision/precision.js';
import type { DiffusionMerging } from '../reduction/diffusion/method.js';
import { ratioByStep } from '../reduction/diffusion/ratio-schedule.js';
import { diffusionMergingOf, type ReductionSpec } from '../reduction/registry.js';
import { requireJudge } from '../tasks/diffusion/clip-judge.js';
import { makesPictures, type PictureTaskOptions } from '../tasks/diffusion/options.js';
import { pictureRequests } from '../tasks/diffusion/picture-requests.js';
import { denoisingCourse, requireWhole } from '../tasks/diffusion/prepare.js';
import { type PromptRows, promptRows } from '../tasks/diffusion/prompt-rows.js';
import type { TaskOptions } from '../tasks/options.js';
import { estimatePictures } from './estimate.js';
import { modelDigest } from './model-digest.js';
import type { ModelPlanner, TrialCost } from './model-planner.js';

export interface PipelinePlanSetting {
  readonly seed: number;
  readonly limit: number | null;
  openJudge(choice: ReturnType<typeof modelChoice>): Promise<Model>;
}

/** @throws TurboError for a part of a pipeline */
export async function pipelinePlanner(
  pipeline: Pipeline,
  { seed, limit, openJudge }: PipelinePlanSetting,
): Promise<ModelPlanner> {
  requireWhole(pipeline);
  const unet = await pipeline.unet();
  const vae = await pipeline.vae();
  const textEncoder = await pipeline.textEncoder();
  const [image, latents] = [pipeline.imageSize!, pipeline.latentSize!];
  const rowsByTask = new Map<string, Promise<PromptRows>>();
  const rowsOf = (options: PictureTaskOptions): Promise<PromptRows> => {
    const key = canonicalJson(options);
    const rows = rowsByTask.get(key) ?? readRows(options);
    rowsByTask.set(key, rows);
    return rows;
  };
  const readRows = async (options: PictureTaskOptions): Promise<PromptRows> => {
    const { requests } = await pictureRequests(options, { limit, seed });
    const said = requests.map(({ prompt }) => prompt);
    return promptRows(pipeline, [...said, options.negativePrompt]);
  };
  const decoder = vae.decoderGraph(latents);
  const isScored = pipeline.weightsKind !== 'random';
  const judges = new Map<string, Promise<string>>();
  const digestOfJudge = (reference: string): Promise<string> => {
    const digest = judges.get(reference) ?? openedDigest(openJudge(modelChoice(reference)), isScored);
    judges.set(reference, digest);
    return digest;
  };
  let parameters: number | undefined;

  const costs = new Map<string, Promise<TrialCost>>();
  const costOf = async (
    options: PictureTaskOptions,
    reduction: ReductionChoice,
    precision: Precision,
  ): Promise<TrialCost> => {
    const { length: textLength, notices } = await rowsOf(options);
    const { scheduler, firstCall } = denoisingCourse(options, pipeline);
    const merging = diffusionMergingOf(reduction as ReductionSpec);
    const calls = scheduler.timesteps.length;
    const passes = options.guidanceScale === 1 ? 1 : 2;
    const textGraph = textEncoder.graph({ sequenceLength: textLength, clipSkip: options.clipSkip });
    const graphs = options.task === 'image-to-image' ? [decoder, vae.encoderGraph(image)] : [decoder];
    const once = graphs.reduce((sum, graph) => sum + flopsOf(graph, { batch: 1 }).total, 0);
    const run = { latents, textLength, merging, calls, firstCall };
    const perPass = denoisingFlops(unet, run, precision) + flopsOf(textGraph, { batch: 1 }).total;
    const notes = [...notices, ...ratioNotes(merging, calls), ...denoisingNotes(unet, run)];
    const network = countedIn(unet.graph({ ...latents, textLength, reducer: null }), precision);
    return { tokens: [], flops: once + passes * perPass, weightBytes: weightBytes(network), notes };
  };

  return {
    digest: await pipeline.digest(),
    async requireDoable(task) {
      const { scoreWith } = picturesOf(task);
      if (scoreWith !== undefined) await digestOfJudge(scoreWith);
    },
    cost(task, reduction, precision) {
      const key = canonicalJson({ task, reduction, precision });
      const cost = costs.get(key) ?? costOf(picturesOf(task), reduction, precision);
      costs.set(key, cost);
      return cost;
    },
    async taskDigest(task) {
      const options = picturesOf(task);
      const { ids } = await rowsOf(options);
      const { schedulerConfig } = denoisingCourse(options, pipeline);
      const own = createHash('sha256').update(canonicalJson(schedulerConfig)).update(ids).digest('hex');
      return options.scoreWith === undefined ? own : `${own} ${await digestOfJudge(options.scoreWith)}`;
    },
    estimate({ cost, baseline, ...setting }) {
      parameters ??= [
        unet.graph({ ...latents, textLength: 1, reducer: null }),
        decoder,
        textEncoder.graph({ sequenceLength: 1, clipSkip: 0 }),
      ].reduce((sum, graph) => sum + parameterCount(graph), 0);
      return estimatePictures({
        ...setting,
        flops: cost.flops,
        baselineFlops: baseline?.flops ?? null,
        parameters,
        image,
        latents,
        channels: { unet: unet.config.block_out_channels[0]!, vae: vae.config.block_out_channels[0]! },
      });
    },
    close: () => pipeline.close(),
  };
}

/** @param isScored whether it will judge pictures; those of random weights are not judged */
async function openedDigest(opening: Promise<Model>, isScored: boolean): Promise<string> {
  const model = await opening;
  try {
    if (isScored) requireJudge(model);
    return await modelDigest(model);
  } finally {
    model.close();
  }
}

/** A share that the partition cannot give. */
function ratioNotes(merging: DiffusionMerging | null, calls: number): string[] {
  if (merging === null) return [];
  const { partition, strideX, strideY } = merging;
  const cell = strideX * strideY;
  const sources = partition === 'alternating' ? 1 / 2 : 1 - 1 / cell;
  const largest = Math.max(...ratioByStep(merging, calls));
  if (largest < sources) return [];
  const why =
    partition === 'alternating'
      ? 'every second token receives the others'
      : `of every cell of ${strideX} × ${strideY} tokens one receives the others`;
  return [
    `a ratio of ${largest} merges all that can be merged: ${why}, so only ${percent(sources)} of the tokens are sources; a larger share changes nothing`,
  ];
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}

function picturesOf(task: TaskOptions): PictureTaskOptions {
  if (makesPictures(task)) return task;
  throw new Error(`the task ${task.task} makes no pictures`);
}
