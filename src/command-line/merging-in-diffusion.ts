/** From a prompt and reductions to what drawings of merging are made from: a Stable Diffusion pipeline, at some steps and levels of a run. */
import { join } from 'node:path';
import { promptTokens } from '../diffusion/prompt-tokens.js';
import type { SchedulerChoice } from '../diffusion/schedulers/choose-scheduler.js';
import { type Engine, pickRows, type SessionOptions, type TensorData, tensorData } from '../engines/index.js';
import { TurboError } from '../errors/turbo-error.js';
import { pictureOfValues } from '../images/decoded-values.js';
import { inPatches } from '../images/patched-picture.js';
import type { TracedDecision } from '../models/stable-diffusion/denoiser.js';
import type { Pipeline } from '../models/stable-diffusion/pipeline.js';
import { predictPictures } from '../models/stable-diffusion/predict-pictures.js';
import type { Size } from '../models/stable-diffusion/vae.js';
import type { LayerMerging } from '../reduction/layer-merging.js';
import { diffusionMergingOf } from '../reduction/registry.js';
import { regionsOf, rowsOfPairs } from '../reduction/token-regions.js';
import type { MergingPicture, MergingVariant } from '../report/merging/merging-picture.js';
import { shortModelName } from '../report/trial-groups.js';
import { loadTokenizer } from '../text/tokenizer.js';
import { parametersOf, type ShownReduction } from './shown-reductions.js';

export interface DiffusionPictureRequest {
  readonly pipeline: Pipeline;
  readonly engine: Engine;
  readonly session: SessionOptions;
  readonly reductions: readonly ShownReduction[];
  readonly text: string;
  readonly steps: number;
  readonly guidanceScale: number;
  readonly scheduler: SchedulerChoice | undefined;
  readonly seed: number;
  /** Denoising steps to show, from 0; by default the first, the middle and the last. */
  readonly shownSteps: readonly number[] | null;
  /** Levels of the U-Net to show, 0 the top one; by default all that merge. */
  readonly levels: readonly number[] | null;
}

/** The picture of one prompt under every reduction. @throws TurboError for a reduction of encoders, and a pipeline without tokenizer */
export async function mergingInDiffusion(request: DiffusionPictureRequest): Promise<MergingPicture> {
  const { pipeline, reductions, text, steps } = request;
  const latents = pipeline.latentSize!;
  const last = steps - 1;
  const shown = new Set(request.shownSteps ?? [0, Math.floor(last / 2), last]);
  const inputs = new Map([['input_ids', await idsOf(pipeline, text)]]);
  const merging = reductions.map(({ spec }) => diffusionMergingOf(spec));
  const variants: MergingVariant[] = [];
  for (const [at, reduction] of reductions.entries()) {
    const layers: LayerMerging[] = [];
    const { images } = await predictPictures({
      ...request,
      ...{ inputs, strength: 1, clipSkip: 0, trace: false },
      merging: merging[at]!,
      onDecisions: (step, decisions) => {
        if (shown.has(step))
          for (const { level, decision } of firstOfLevels(decisions, latents))
            if (request.levels?.includes(level) ?? true)
              layers.push(layerOf(decision, { step, level, latents, layer: layers.length }));
      },
    });
    const picture = await shownPixels(images!, latents);
    variants.push({
      ...{ method: reduction.spec.method, parameters: parametersOf(reduction), layers, picture },
      tokens: null,
    });
  }
  return {
    model: shortModelName(pipeline.reference),
    name: `${steps} steps, seed ${request.seed}`,
    text,
    grid: { rows: latents.height, columns: latents.width },
    pngBase64: null,
    patchColors: [],
    variants,
  };
}

async function idsOf({ folder, reference }: Pipeline, text: string): Promise<TensorData> {
  if (folder === null)
    throw new TurboError('The pipeline comes without a tokenizer.', {
      value: reference,
      allowed: 'a folder or hub id in the layout of diffusers',
    });
  const { inputIds, shape } = promptTokens(await loadTokenizer(join(folder, 'tokenizer')), [text]);
  return tensorData(BigInt64Array.from(inputIds, BigInt), shape);
}

/** How many times the latents' side is halved until there are no more tokens than this. */
function levelOf(tokens: number, { height, width }: Size): number {
  let level = 0;
  while (gridAt(level, { height, width }).count > tokens) level++;
  return level;
}

function gridAt(level: number, { height, width }: Size) {
  const [rows, columns] = [Math.ceil(height / 2 ** level), Math.ceil(width / 2 ** level)];
  return { rows, columns, count: rows * columns };
}

/** Of every level the first block that merges. */
function firstOfLevels(decisions: readonly TracedDecision[], latents: Size) {
  const first = new Map<number, TracedDecision>();
  for (const decision of decisions) {
    const level = levelOf(decision.tokens, latents);
    if (!first.has(level)) first.set(level, decision);
  }
  return [...first].map(([level, decision]) => ({ level, decision }));
}

interface Place {
  readonly step: number;
  readonly level: number;
  readonly latents: Size;
  readonly layer: number;
}

/** What was decided for the prompt, which is the last of the batch. */
function layerOf(
  { tokens, source, destination, semantic }: TracedDecision,
  { step, level, latents, layer }: Place,
): LayerMerging {
  const ofPrompt = (tensor: TensorData): number[] =>
    Array.from(pickRows(tensor, [tensor.shape[0]! - 1]).data as ArrayLike<number | bigint>, Number);
  const [from, to] = [ofPrompt(source), ofPrompt(destination)];
  const { rows, columns } = gridAt(level, latents);
  return {
    side: 'image',
    name: `step ${step}, level ${level}`,
    layer,
    grid: { rows, columns },
    tokensBefore: tokens,
    tokensAfter: tokens - from.length,
    regions: regionsOf(rowsOfPairs(tokens, from, to), 0),
    semantic: semantic === null ? null : ofPrompt(semantic),
    pairs: [],
  };
}

/** The picture that was made, in patches of one latent each. */
async function shownPixels({ data, shape }: TensorData, latents: Size) {
  const [, , height, width] = shape as [number, number, number, number];
  const made = pictureOfValues(data as Float32Array, { height, width });
  const { pngBase64, patchColors } = await inPatches(made, Math.round(height / latents.height));
  return { pngBase64, patchColors };
}
