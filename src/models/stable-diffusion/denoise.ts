/**
 * The loop that makes latents out of noise: guidance, scheduler and network, call by call.
 *
 * Source: `StableDiffusionPipeline.__call__` of diffusers 0.42; Ho and Salimans, "Classifier-Free Diffusion Guidance" (arXiv 2207.12598).
 */
import { guided } from '../../diffusion/guidance.js';
import type { Scheduler } from '../../diffusion/schedulers/scheduler.js';
import { joinRows, type TensorData, tensorData } from '../../engines/index.js';
import type { Denoiser } from './denoiser.js';

/** Texts of a batch as the network reads them. */
export interface TextStates {
  /** [batch, T, C] */
  readonly states: TensorData;
  /** [batch, T] 1 where a text has content. */
  readonly content: TensorData;
}

export interface DenoiseRequest {
  readonly denoiser: Denoiser;
  readonly scheduler: Scheduler;
  /** [batch, channels, h, w] noise of the scheduler's scale, or a noised picture. */
  readonly latents: TensorData;
  readonly prompt: TextStates;
  /** Of the same batch. */
  readonly negative: TextStates;
  /** 1 is the prompt alone: the negative one is not computed. */
  readonly guidanceScale: number;
  /** Default 0; later in image-to-image. */
  readonly firstCall?: number;
  /** Noise of the step at this call, of the latents' size; needed where the scheduler consumes noise. */
  readonly noiseAt?: (call: number) => Float32Array;
  readonly onStep?: (call: number, latents: Float32Array) => void;
}

/** @returns [batch, channels, h, w] latents after the last step */
export async function denoise(request: DenoiseRequest): Promise<TensorData> {
  const { denoiser, scheduler, prompt, negative, guidanceScale, firstCall = 0 } = request;
  const { shape } = request.latents;
  const [batch, ...latentShape] = shape as [number, ...number[]];
  const isGuided = guidanceScale !== 1;
  const states = isGuided ? joinRows([negative.states, prompt.states]) : prompt.states;
  const content = isGuided ? joinRows([negative.content, prompt.content]) : prompt.content;
  let sample = request.latents.data as Float32Array;
  let state = scheduler.begin(firstCall);
  for (let call = firstCall; call < scheduler.timesteps.length; call++) {
    const scaled = tensorData(scheduler.scaleModelInput(sample, call), shape);
    const predicted = await denoiser.predict(call, {
      sample: isGuided ? joinRows([scaled, scaled]) : scaled,
      timestep: scheduler.timesteps[call]!,
      text: states,
      content,
    });
    const half = batch * latentShape.reduce((product, side) => product * side, 1);
    const output = isGuided
      ? guided(predicted.subarray(0, half), predicted.subarray(half), guidanceScale)
      : predicted;
    const noise = scheduler.consumesNoise ? request.noiseAt!(call) : undefined;
    ({ sample, state } = scheduler.step(state, output, sample, noise));
    request.onStep?.(call, sample);
  }
  return tensorData(sample, shape);
}
