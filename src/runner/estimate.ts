/** How long a trial will take and how much memory it needs, roughly, before it runs. */
import type { TrialMeasure } from '../experiment/measure-options.js';
import type { EncoderShape } from '../reduction/reducer.js';

export interface Estimate {
  readonly seconds: number;
  readonly memoryBytes: number;
}

export interface EstimateFacts {
  readonly measure: TrialMeasure;
  readonly threads: number;
  readonly samples: number;
  /** Per sample, of the variant. */
  readonly flops: number;
  /** Null when the variant is the baseline. */
  readonly baselineFlops: number | null;
  readonly parameters: number;
  readonly encoder: EncoderShape;
}

/** A ViT-B/16 on one AMD Zen 4 core with AVX2 ran at about 75 GFLOP/s in float32. */
const FLOPS_PER_SECOND_AND_THREAD = 75e9;
/** Loading a network, in a process that is there already and in a new one. */
const OPEN_SECONDS = 0.5;
const FRESH_PROCESS_SECONDS = 1.5;
/** Node, the engine and the image library, before any network. */
const PROCESS_BYTES = 150e6;
const FLOAT_BYTES = 4;
/** The widest moment of a block: its hidden state, residual, and four times that in the MLP. */
const WIDTHS_AT_ONCE = 7;
/** Feature maps of the finest level that are held together: those that skip to the way up, and those that are being computed. */
const MAPS_AT_ONCE = { unet: 24, vae: 6 };

export interface PictureEstimateFacts extends Omit<EstimateFacts, 'encoder'> {
  readonly image: { readonly height: number; readonly width: number };
  readonly latents: { readonly height: number; readonly width: number };
  /** At the finest level. */
  readonly channels: { readonly unet: number; readonly vae: number };
}

export function estimateTrial(facts: EstimateFacts): Estimate {
  return { seconds: estimatedSeconds(facts), memoryBytes: estimatedBytes(facts) };
}

/** The same of a trial that makes pictures, samples and FLOPs being those of whole pictures. */
export function estimatePictures(facts: PictureEstimateFacts): Estimate {
  const { measure, parameters, baselineFlops, image, latents, channels } = facts;
  const unet = 2 * measure.batchSize * latents.height * latents.width * channels.unet * MAPS_AT_ONCE.unet;
  const vae = image.height * image.width * channels.vae * MAPS_AT_ONCE.vae;
  const networks = baselineFlops === null ? 1 : 2;
  return {
    seconds: estimatedSeconds(facts),
    memoryBytes: PROCESS_BYTES + FLOAT_BYTES * (networks * parameters + Math.max(unet, vae)),
  };
}

function estimatedSeconds({
  measure,
  threads,
  samples,
  flops,
  baselineFlops,
}: Omit<EstimateFacts, 'encoder'>): number {
  const speed = FLOPS_PER_SECOND_AND_THREAD * threads;
  const batchSeconds = (measure.batchSize * flops) / speed;
  const pairSeconds = batchSeconds + (measure.batchSize * (baselineFlops ?? 0)) / speed;
  const rounds = Math.max(measure.minRuns, measure.minSeconds / pairSeconds);
  const timed = rounds * pairSeconds + Math.max(measure.warmupSeconds, pairSeconds);
  const left = Math.max(0, samples - rounds * measure.batchSize) * (flops / speed);
  const memory = measure.memory ? FRESH_PROCESS_SECONDS + 2 * batchSeconds : 0;
  return OPEN_SECONDS + timed + left + measure.minSeconds / 3 + memory;
}

function estimatedBytes({ measure, parameters, encoder }: EstimateFacts): number {
  const { tokenCount, width, heads } = encoder;
  const hidden = tokenCount * width * WIDTHS_AT_ONCE;
  const attention = heads * tokenCount * tokenCount;
  return PROCESS_BYTES + FLOAT_BYTES * (2 * parameters + measure.batchSize * (hidden + attention));
}
