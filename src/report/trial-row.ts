/**
 * One trial as the report sees it: flat, plain data. The journal is the source; CSV, tables and charts all render these rows.
 *
 * Null means "not measured". Fractions are 0 to 1; units are in the names.
 */

import type { PairedComparison } from '../measure/paired-comparison.js';
import type { ShownExample } from './shown-example.js';
import type { ShownPicture } from './shown-picture.js';

/** How a trial ended. Only `completed` trials count as results; the others are shown with their reason. */
export type TrialStatus = 'completed' | 'invalid' | 'failed' | 'skipped';

export interface TrialRow {
  experiment: string;
  /** Short id of the trial, unique in the experiment. */
  trial: string;
  model: string;
  task: string;
  dataset: string;
  /** Where it ran, for people: `CPU, 2 threads`. */
  device: string;
  /** Inside one operator; older journals did not note it. */
  threads?: number;
  /** Samples in one batch; null where it was to be found and was not. Older journals did not note it. */
  batchSize?: number | null;
  /** Name of the reduction; `none` is the baseline. */
  method: string;
  /** Reduction parameters that were swept or set, by their own name: `tokensPerLayer`, `alpha`, `layers.from`. */
  parameters: Readonly<Record<string, string | number | boolean | null>>;
  status: TrialStatus;
  /** Why the trial is not `completed`; of a completed one what is worth knowing, such as an r that was clipped. */
  reason: string;
  samples: number | null;
  skippedSamples: number;
  /** Model time alone. */
  imagesPerSecond: number | null;
  /** Decoding and preprocessing included. */
  endToEndImagesPerSecond: number | null;
  timedRuns: number | null;
  /** Of one batch through the model; of a task that makes pictures, of its denoising. */
  latencyMedianMs: number | null;
  latencyP5Ms: number | null;
  latencyP50Ms: number | null;
  latencyP95Ms: number | null;
  latencyP99Ms: number | null;
  latencyMadMs: number | null;
  /** Timed runs beyond a modified z-score of 3.5; they are in all figures. */
  timingOutliers?: number | null;
  /** Change of the latency from the first timed run to the last, as a share of it (Theil–Sen): 0.1 is 10 % slower at the end. */
  timingDrift?: number | null;
  /** Of a task whose text side is timed apart: the median of one batch through the image encoder, and through the text side. */
  imageEncoderMedianMs?: number | null;
  textSideMedianMs?: number | null;
  /** Speed-up of the image encoder alone. */
  imageEncoderSpeedup?: number | null;
  /** Of a task that makes pictures: all parts together, the denoising of one batch by calls of the network, and the other parts of one batch. */
  secondsPerImage?: number | null;
  secondsPerStep?: number | null;
  textEncoderMedianMs?: number | null;
  vaeMedianMs?: number | null;
  /** Speed-up of the denoising alone. */
  denoisingSpeedup?: number | null;
  /** Median of the pairwise ratios to the baseline timed beside it, with its 95 % interval. */
  speedup: number | null;
  speedupLow: number | null;
  speedupHigh: number | null;
  flopsPerSample: number | null;
  /** FLOPs of the baseline ÷ FLOPs of this trial. */
  flopRatio: number | null;
  /** Of the network that is reduced, in the types in which its graph takes them; older journals did not note it. */
  weightBytes?: number | null;
  /** Counted operations ÷ the time of what they are counted of, and that as a share of the measured peak of the machine. */
  achievedGflopsPerSecond?: number | null;
  peakShare?: number | null;
  peakRssBytes: number | null;
  /** Of the same process: with everything loaded and nothing run, and how far running went beyond that. */
  loadedRssBytes?: number | null;
  runRssBytes?: number | null;
  /** What the driver says that it holds on GPUs. */
  gpuMemoryBytes?: number | null;
  /** Share of the engine's cores that other processes kept busy while the trial was timed. */
  otherLoad?: number | null;
  /** Of everything that the named meters see, in a pass of the variant alone; left out where nothing could be read. */
  energyJoulesPerImage?: number | null;
  averagePowerWatts?: number | null;
  /** `package-0, package-0 dram, GPU 0` */
  energyMeters?: string;
  /** Tokens after every block of the image encoder. */
  tokens: readonly number[];
  metrics: Readonly<Record<string, number | null>>;
  /** By metric: how it differs from the baseline's on the same samples. Not in the journal: computed when a report is rendered. */
  comparisons?: Readonly<Record<string, PairedComparison>>;
  /** Why there are no metrics, such as `random weights`; empty otherwise. */
  metricsNote: string;
  /** What was said about a few samples, of a task that answers in words. */
  examples?: readonly ShownExample[];
  /** A few pictures, of a task that makes them. */
  shown?: readonly ShownPicture[];
}

export const BASELINE_METHOD = 'none';

/** Where a row says in which precision it was computed; rows without it are of float32. */
export const PRECISION_PARAMETER = 'precision';
export const BASELINE_PRECISION = 'float32';

export function precisionOf({ parameters }: Pick<TrialRow, 'parameters'>): string {
  return String(parameters[PRECISION_PARAMETER] ?? BASELINE_PRECISION);
}

/** The unreduced model in float32, which all others are held against. */
export function isBaseline(row: TrialRow): boolean {
  return row.method === BASELINE_METHOD && precisionOf(row) === BASELINE_PRECISION;
}

/** Rows that may stand in a chart: completed ones and, drawn as such, invalid ones. */
export function isMeasured(row: TrialRow): boolean {
  return row.status === 'completed' || row.status === 'invalid';
}
