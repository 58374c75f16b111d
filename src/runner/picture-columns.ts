/** The figures of a trial that made pictures: the whole counts for throughput and speed-up, the denoising for latency. */
import { speedupOf } from '../measure/speedup.js';
import { summarize } from '../measure/summary.js';
import type { TrialReport } from './worker-messages.js';

type Timing = NonNullable<TrialReport['pictureTiming']>;

/** @param wholeMs of every timed batch, all parts together @param seed of the experiment */
export function pictureColumns(
  { batchSize, calls, baseline, variant }: Timing,
  wholeMs: readonly number[],
  seed: number,
) {
  const wholeMedianMs = summarize(wholeMs).median;
  return {
    imagesPerSecond: (1000 * batchSize) / wholeMedianMs,
    secondsPerImage: wholeMedianMs / 1000 / batchSize,
    secondsPerStep: summarize(variant.denoisingMs).median / 1000 / calls,
    textEncoderMedianMs: summarize(variant.textMs).median,
    vaeMedianMs: summarize(variant.startMs.map((ms, round) => ms + variant.decodingMs[round]!)).median,
    denoisingSpeedup:
      baseline === null ? 1 : speedupOf(baseline.denoisingMs, variant.denoisingMs, seed).speedup,
  };
}
