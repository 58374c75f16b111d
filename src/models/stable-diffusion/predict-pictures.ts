/**
 * `predict` of a whole pipeline: from texts, and noise or a picture, to pictures; how a run is held against diffusers.
 *
 * Source: `StableDiffusionPipeline` and `StableDiffusionImg2ImgPipeline` of diffusers 0.42.
 */
import path from 'node:path';
import { contentMask, promptTokens } from '../../diffusion/prompt-tokens.js';
import type { SchedulerChoice } from '../../diffusion/schedulers/choose-scheduler.js';
import { firstStepOf } from '../../diffusion/strength.js';
import {
  type Engine,
  pickRows,
  type SessionOptions,
  type TensorData,
  tensorData,
} from '../../engines/index.js';
import { TurboError } from '../../errors/turbo-error.js';
import { FULL_PRECISION } from '../../precision/precision.js';
import type { DiffusionMerging } from '../../reduction/diffusion/method.js';
import { loadTokenizer } from '../../text/tokenizer.js';
import { wrongInput } from '../predict.js';
import { denoise, type TextStates } from './denoise.js';
import { type DenoiserOptions, openDenoiser } from './denoiser.js';
import { openLatentPictures } from './latent-pictures.js';
import { checkPictureInputs, noiseOf, rowForEach, stepNoiseOf } from './picture-inputs.js';
import type { Pipeline } from './pipeline.js';
import { pipelineScheduler } from './pipeline-scheduler.js';

export interface PicturesRequest {
  readonly pipeline: Pipeline;
  readonly engine: Engine;
  readonly session: SessionOptions;
  /**
   * `input_ids` [B, T] int64 or `prompt_embeds` [B, T, C]; of the negative prompt `negative_input_ids` or `negative_prompt_embeds`, by default the
   * empty text; `latents` [B, 4, h, w] of variance 1, or `init_image` [B, 3, H, W] in −1 … 1 with `vae_noise` and `noise` of the latents' shape;
   * `ancestral_noise` [calls, B, 4, h, w] where the scheduler adds noise.
   */
  readonly inputs: ReadonlyMap<string, TensorData>;
  readonly steps: number;
  readonly guidanceScale: number;
  /** Of image-to-image. */
  readonly strength: number;
  readonly scheduler?: SchedulerChoice | undefined;
  /** For noise that is not given. */
  readonly seed: number;
  readonly clipSkip: number;
  readonly merging: DiffusionMerging | null;
  /** Return the latents after every step. */
  readonly trace: boolean;
  /** Is told what every block that merges decided, at every call; the prompt's half of the batch comes last. */
  readonly onDecisions?: DenoiserOptions['onDecisions'];
}

/** @returns `images` [B, 3, H, W], mostly within −1 … 1, and `latents`, with `trace` [calls, B, 4, h, w] after every step */
export async function predictPictures(request: PicturesRequest): Promise<Record<string, TensorData>> {
  const { pipeline, engine, session, inputs, guidanceScale, trace } = request;
  checkPictureInputs(inputs);
  const { image, latents } = await sizesOf(pipeline, inputs);
  const prompt = await textOf(request, 'prompt');
  const [batch, textLength] = prompt.states.shape as [number, number];
  const negative = guidanceScale === 1 ? prompt : await textOf(request, 'negative', batch);
  const scheduler = pipelineScheduler(pipeline, request.scheduler).withSteps(request.steps);
  const calls = scheduler.timesteps.length;
  const initImage = inputs.get('init_image');
  const firstCall = initImage === undefined ? 0 : firstStepOf(request.strength, request.steps);
  const { in_channels: channels } = (await pipeline.unet()).config;
  const noise = { seed: request.seed, shape: [batch, channels, latents.height, latents.width] };
  const pictures = await openLatentPictures({ pipeline, engine, session: beside(session), image });
  const denoiser = await openDenoiser({
    ...{ pipeline, engine, session, latents, textLength, calls, firstCall },
    merging: request.merging,
    onDecisions: request.onDecisions,
  });
  try {
    let start: Float32Array;
    if (initImage === undefined) {
      const drawn = noiseOf(inputs, 'latents', 'initial-latents', noise);
      start = drawn.map((value) => value * scheduler.initNoiseSigma);
    } else {
      if (initImage.shape[0] !== batch)
        throw wrongInput('init_image', initImage, `${batch} pictures, one per text`);
      const encoded = await pictures.encode(initImage, noiseOf(inputs, 'vae_noise', 'vae-posterior', noise));
      const added = noiseOf(inputs, 'noise', 'initial-latents', noise);
      start = scheduler.addNoise(encoded.data as Float32Array, added, firstCall);
    }
    const after: Float32Array[] = [];
    const result = await denoise({
      ...{ denoiser, scheduler, prompt, negative, guidanceScale, firstCall },
      latents: tensorData(start, noise.shape),
      noiseAt: stepNoiseOf(inputs, calls, noise),
      onStep: (_, sample) => after.push(sample),
    });
    return {
      images: await pictures.decode(result),
      latents: trace ? joined(after, noise.shape) : result,
    };
  } finally {
    await denoiser.release();
    await pictures.release();
  }
}

/** Sizes follow from the tensors that are given, else from the pipeline. */
async function sizesOf(pipeline: Pipeline, inputs: ReadonlyMap<string, TensorData>) {
  const given = inputs.get('latents') ?? inputs.get('init_image');
  const usual = { image: pipeline.imageSize!, latents: pipeline.latentSize! };
  if (pipeline.imageSize === null || !pipeline.parts.includes('unet'))
    throw new TurboError('A picture needs a whole pipeline.', {
      value: pipeline.parts,
      allowed: 'the folder that holds all parts, with model_index.json',
      where: pipeline.reference,
    });
  if (given === undefined) return usual;
  const [, , height, width] = given.shape as [number, number, number, number];
  if (given.shape.length !== 4)
    throw wrongInput('latents or init_image', given, '[batch, channels, height, width]');
  const factor = usual.image.height / usual.latents.height;
  return inputs.has('latents')
    ? { image: { height: height * factor, width: width * factor }, latents: { height, width } }
    : { image: { height, width }, latents: { height: height / factor, width: width / factor } };
}

/** The states of one of the two texts, one row for each picture. */
async function textOf(
  request: PicturesRequest,
  which: 'prompt' | 'negative',
  batch?: number,
): Promise<TextStates> {
  const { pipeline, engine, session, inputs, clipSkip } = request;
  const [idsName, statesName] =
    which === 'prompt' ? ['input_ids', 'prompt_embeds'] : ['negative_input_ids', 'negative_prompt_embeds'];
  const given = inputs.get(statesName!);
  if (given !== undefined) {
    const content = which === 'prompt' ? inputs.get('prompt_content') : undefined;
    const [rows, tokens] = given.shape as [number, number];
    return {
      states: batch === undefined ? given : rowForEach(statesName!, given, batch),
      content: content ?? tensorData(new Float32Array((batch ?? rows) * tokens), [batch ?? rows, tokens]),
    };
  }
  const { ids, content } = await idsOf(pipeline, inputs.get(idsName!));
  const encoder = await pipeline.textEncoder();
  const [, sequenceLength] = ids.shape as [number, number];
  const encoding = await engine.createSession(encoder.graph({ sequenceLength, clipSkip }), beside(session));
  const { last_hidden_state: states } = await encoding.run({ input_ids: ids });
  await encoding.release();
  const rows = batch ?? ids.shape[0]!;
  return {
    states: rowForEach(idsName!, states!, rows),
    content: rowForEach(idsName!, content, rows),
  };
}

/** Given ids with their content, or those of the empty text. */
async function idsOf(pipeline: Pipeline, given: TensorData | undefined) {
  if (given === undefined) {
    const tokens = promptTokens(await loadTokenizer(path.join(pipeline.folder!, 'tokenizer')), ['']);
    return {
      ids: tensorData(BigInt64Array.from(tokens.inputIds, BigInt), tokens.shape),
      content: tensorData(contentMask(tokens), tokens.shape),
    };
  }
  if (given.dtype !== 'int64' || given.shape.length !== 2)
    throw wrongInput('input_ids', given, 'int64 [batch, tokens]');
  const { eos_token_id: end } = (await pipeline.textEncoder()).config;
  const [rows, length] = given.shape as [number, number];
  const content = new Float32Array(given.data.length);
  for (let row = 0; row < rows; row++) {
    const ids = [...pickRows(given, [row]).data].map(Number);
    const last = ids.indexOf(end === LEGACY_END ? Math.max(...ids) : end);
    content.fill(1, row * length + 1, row * length + Math.max(last, 1));
  }
  return { ids: given, content: tensorData(content, given.shape) };
}

/** In old configs of CLIP the end token is called 2, and is the largest id in truth. */
const LEGACY_END = 2;

/** Steps one behind the other, [calls, …shape]. */
function joined(steps: readonly Float32Array[], shape: readonly number[]): TensorData {
  const each = steps[0]?.length ?? 0;
  const data = new Float32Array(steps.length * each);
  for (const [at, step] of steps.entries()) data.set(step, at * each);
  return tensorData(data, [steps.length, ...shape]);
}

/** A precision is that of the U-Net; text encoder and autoencoder stay in float32. */
function beside(session: SessionOptions): SessionOptions {
  return { ...session, precision: FULL_PRECISION };
}
