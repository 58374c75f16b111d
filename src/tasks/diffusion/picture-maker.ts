/**
 * Makes the pictures of a task, a batch at a time, in the parts that are timed apart: text, start, denoising, decoding.
 *
 * Text encoder and autoencoder are the same for all variants; a variant is a denoiser. The noise of picture i comes from the streams
 * of (seed, i), so a picture does not depend on its batch.
 */
import { gaussianNoise, type NoisePurpose } from '../../diffusion/noise.js';
import { pickRows, type Session, type TensorData, tensorData } from '../../engines/index.js';
import { denoise, type TextStates } from '../../models/stable-diffusion/denoise.js';
import { type Denoiser, openDenoiser } from '../../models/stable-diffusion/denoiser.js';
import { openLatentPictures } from '../../models/stable-diffusion/latent-pictures.js';
import type { Precision } from '../../precision/precision.js';
import type { DiffusionMerging } from '../../reduction/diffusion/method.js';
import type { PictureTask } from './prepare.js';
import { startPixels } from './start-pixels.js';

/** Prompts of a batch and the negative prompt, as the network reads them. */
export interface BatchTexts {
  readonly prompt: TextStates;
  readonly negative: TextStates;
}

/** Pictures that are made together, and what they start from. */
export interface PictureBatch {
  readonly positions: readonly number[];
  /** [batch, 4, h, w] of variance 1. */
  readonly noise: Float32Array;
  /** [batch, 3, H, W] in −1 … 1; null for noise alone. */
  readonly pixels: TensorData | null;
}

export interface PictureMaker {
  /** Draws noise and decodes pictures. @throws TurboError for a picture that cannot be decoded */
  load(positions: readonly number[]): Promise<PictureBatch>;
  encodeTexts(batch: PictureBatch): Promise<BatchTexts>;
  /** [batch, 4, h, w]: noise, or encoded pictures with noise. */
  start(batch: PictureBatch): Promise<TensorData>;
  /** The U-Net of a variant. @param merging null for none */
  openVariant(merging: DiffusionMerging | null, precision?: Precision): Promise<Denoiser>;
  /** [batch, 4, h, w] → the same without noise. */
  denoise(variant: Denoiser, batch: PictureBatch, texts: BatchTexts, start: TensorData): Promise<TensorData>;
  /** [batch, 4, h, w] → [batch, 3, H, W], mostly within −1 … 1. */
  decode(latents: TensorData): Promise<TensorData>;
  release(): Promise<void>;
}

/** Opens text encoder and autoencoder; `release` frees them, and not the variants. */
export async function openPictureMaker(task: PictureTask): Promise<PictureMaker> {
  const { pipeline, engine, session, rows, scheduler, firstCall, options, requests, seed } = task;
  const [image, latents] = [pipeline.imageSize!, pipeline.latentSize!];
  const channels = (await pipeline.unet()).config.in_channels;
  const eachShape = [channels, latents.height, latents.width];
  const each = eachShape.reduce((product, side) => product * side, 1);
  const pictures = await openLatentPictures({ pipeline, engine, session, image });
  const encoder = await pipeline.textEncoder();
  const textGraph = encoder.graph({ sequenceLength: rows.length, clipSkip: options.clipSkip });
  const textSession: Session = await engine.createSession(textGraph, session);
  const isGuided = options.guidanceScale !== 1;

  /** [batch × each] one stream for every picture. */
  const noiseOf = (purpose: NoisePurpose, positions: readonly number[], step = 0): Float32Array => {
    const noise = new Float32Array(positions.length * each);
    positions.forEach((picture, at) => {
      noise.set(gaussianNoise({ seed, purpose, picture, step }, each), at * each);
    });
    return noise;
  };

  return {
    async load(positions) {
      const starts = positions.flatMap((picture) => requests[picture]!.start?.image ?? []);
      return {
        positions,
        noise: noiseOf('initial-latents', positions),
        pixels: starts.length === 0 ? null : await startPixels(starts, image),
      };
    },
    async encodeTexts({ positions }) {
      const prompts = positions.map((picture) => requests[picture]!.prompt);
      const texts = [...new Set(isGuided ? [options.negativePrompt, ...prompts] : prompts)];
      const wanted = texts.map((text) => rows.rowOf.get(text)!);
      const pick = <Values extends Int32Array | Float32Array>(values: Values): TensorData =>
        pickRows(tensorData(values, [values.length / rows.length, rows.length]), wanted);
      const ids = pick(rows.ids);
      const { last_hidden_state: states } = await textSession.run(
        { input_ids: tensorData(BigInt64Array.from(ids.data as Int32Array, BigInt), ids.shape) },
        ['last_hidden_state'],
      );
      const content = pick(rows.content);
      const statesOf = (said: readonly string[]): TextStates => {
        const at = said.map((text) => texts.indexOf(text));
        return { states: pickRows(states!, at), content: pickRows(content, at) };
      };
      const prompt = statesOf(prompts);
      return { prompt, negative: isGuided ? statesOf(prompts.map(() => options.negativePrompt)) : prompt };
    },
    async start({ positions, noise, pixels }) {
      const shape = [positions.length, ...eachShape];
      if (pixels === null)
        return tensorData(
          noise.map((value) => value * scheduler.initNoiseSigma),
          shape,
        );
      const encoded = await pictures.encode(pixels, noiseOf('vae-posterior', positions));
      return tensorData(scheduler.addNoise(encoded.data as Float32Array, noise, firstCall), shape);
    },
    openVariant: (merging, precision) =>
      openDenoiser({
        ...{ pipeline, engine, latents, merging, firstCall },
        session: precision === undefined ? session : { ...session, precision },
        textLength: rows.length,
        calls: scheduler.timesteps.length,
      }),
    denoise: (denoiser, { positions }, texts, start) =>
      denoise({
        ...{ denoiser, scheduler, firstCall, ...texts },
        latents: start,
        guidanceScale: options.guidanceScale,
        noiseAt: (call) => noiseOf('ancestral', positions, call),
      }),
    decode: (made) => pictures.decode(made),
    async release() {
      await textSession.release();
      await pictures.release();
    },
  };
}
