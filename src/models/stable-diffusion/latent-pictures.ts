/**
 * Pictures to latents and back, one picture at a time: at 512 pixels a picture takes gigabytes on its way.
 *
 * Source: `StableDiffusionImg2ImgPipeline` of diffusers 0.42: a start is drawn from the encoder's distribution and multiplied by `scaling_factor`, and
 * latents are divided by it before they are decoded.
 */
import {
  type Engine,
  joinRows,
  pickRows,
  type Session,
  type SessionOptions,
  type TensorData,
  tensorData,
} from '../../engines/index.js';
import type { Pipeline } from './pipeline.js';
import { latentSize, type Size } from './vae.js';

export interface LatentPictures {
  /** [batch, 4, h, w] → [batch, 3, H, W], mostly within −1 … 1. */
  decode(latents: TensorData): Promise<TensorData>;
  /**
   * `(mean + exp(logvar / 2) · noise) · scaling_factor`: [batch, 3, H, W] in −1 … 1 → [batch, 4, h, w].
   *
   * @param noise [batch, 4, h, w], one normal number for every latent
   */
  encode(pixels: TensorData, noise: Float32Array): Promise<TensorData>;
  release(): Promise<void>;
}

export interface LatentPicturesOptions {
  readonly pipeline: Pipeline;
  readonly engine: Engine;
  readonly session: SessionOptions;
  /** Of the pictures, in pixels. */
  readonly image: Size;
}

/** The two halves of the autoencoder are opened when they are first needed. */
export async function openLatentPictures(options: LatentPicturesOptions): Promise<LatentPictures> {
  const { engine, session, image } = options;
  const vae = await options.pipeline.vae();
  const { scaling_factor: scaling } = vae.config;
  const latents = latentSize(vae.config, image);
  const opened: { decoder?: Promise<Session>; encoder?: Promise<Session> } = {};
  return {
    async decode(batch) {
      opened.decoder ??= engine.createSession(vae.decoderGraph(latents), session);
      const decoder = await opened.decoder;
      const unscaled = tensorData(
        (batch.data as Float32Array).map((value) => value / scaling),
        batch.shape,
      );
      return oneByOne(unscaled, async (one) => (await decoder.run({ latents: one })).images!);
    },
    async encode(pixels, noise) {
      opened.encoder ??= engine.createSession(vae.encoderGraph(image), session);
      const encoder = await opened.encoder;
      let at = 0;
      return oneByOne(pixels, async (one) => {
        const { mean, logvar } = await encoder.run({ pixel_values: one });
        const drawn = (mean!.data as Float32Array).map(
          (value, index) =>
            (value + Math.exp(Number(logvar!.data[index]) / 2) * noise[at + index]!) * scaling,
        );
        at += drawn.length;
        return tensorData(drawn, mean!.shape);
      });
    },
    async release() {
      for (const half of Object.values(opened)) await (await half).release();
    },
  };
}

/** What a function makes of every row of a batch, as a batch. */
async function oneByOne(
  batch: TensorData,
  run: (row: TensorData) => Promise<TensorData>,
): Promise<TensorData> {
  const results: TensorData[] = [];
  for (let row = 0; row < batch.shape[0]!; row++) results.push(await run(pickRows(batch, [row])));
  return joinRows(results);
}
