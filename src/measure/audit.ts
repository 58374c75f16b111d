/**
 * Two audits of a trial: whether the timed outputs are the ones that the accuracy is of, and whether anything remembers results.
 *
 * Source: MLPerf Inference, compliance TEST01 (accuracy in performance mode) and TEST04 (no caching of samples), with their tolerances:
 * https://github.com/mlcommons/inference/tree/master/compliance. TEST04 leaves out models whose work depends on the sample; here an input
 * is repeated directly after itself, so that the same work stands beside it and every model can be audited.
 */
import { speedupOf } from './speedup.js';
import { summarize } from './summary.js';

type Metrics = Readonly<Record<string, number>>;

/** What two ways of running one variant came to. */
export interface AuditFindings {
  /** Images whose outputs were compared, and how many of them differ in any bit between timed passes and accuracy pass. */
  readonly images: number;
  readonly differingImages: number;
  /** Of the outputs of timed passes, and of an accuracy pass in a session of its own. Empty for a task that scores nothing. */
  readonly timedMetrics: Metrics;
  readonly untimedMetrics: Metrics;
  /** Milliseconds of batches that were never seen before, and of the same again directly after; equal positions are one batch. */
  readonly firstMs: readonly number[];
  readonly againMs: readonly number[];
}

/** Where a metric of the accuracy pass disagrees most. */
export interface MetricDifference {
  readonly name: string;
  readonly untimed: number;
  readonly other: number;
  /** What disagrees with the accuracy pass. */
  readonly of: 'the timed passes' | 'the journal';
  /** |other − untimed| ÷ |untimed| */
  readonly relative: number;
}

export interface AuditFigures {
  readonly images: number;
  readonly differingImages: number;
  /** Null where nothing is scored. */
  readonly worstMetric: MetricDifference | null;
  readonly firstMedianMs: number;
  /** How many times faster an input runs when it comes again, with its 95 % interval. */
  readonly repeatSpeedup: number;
  readonly repeatSpeedupLow: number;
  readonly repeatSpeedupHigh: number;
  readonly rounds: number;
}

/** MLPerf: accuracies agree to 0.1 % in the stricter of its two categories. */
export const LARGEST_METRIC_DIFFERENCE = 0.001;
/** MLPerf: repeated inputs are at most 10 % faster, 20 % where a run takes less than 0.2 ms. */
const LARGEST_SPEEDUP = 1.1;
const LARGEST_SPEEDUP_OF_SHORT_RUNS = 1.2;
const SHORT_RUN_MS = 0.2;

/** @param recorded the metrics that the journal holds, which are of timed passes, too @param seed of the experiment */
export function auditFigures(
  { images, differingImages, timedMetrics, untimedMetrics, firstMs, againMs }: AuditFindings,
  recorded: Readonly<Record<string, number | null>>,
  seed: number,
): AuditFigures {
  const { speedup, speedupLow, speedupHigh } = speedupOf(firstMs, againMs, seed);
  const differences = Object.entries(untimedMetrics).flatMap(([name, untimed]) => [
    differenceOf(name, untimed, timedMetrics[name] ?? Number.NaN, 'the timed passes'),
    differenceOf(name, untimed, recorded[name] ?? Number.NaN, 'the journal'),
  ]);
  const [worstMetric = null] = differences.sort((a, b) => b.relative - a.relative);
  return {
    ...{ images, differingImages, worstMetric, rounds: firstMs.length },
    ...{ repeatSpeedup: speedup, repeatSpeedupLow: speedupLow, repeatSpeedupHigh: speedupHigh },
    firstMedianMs: summarize(firstMs).median,
  };
}

/** Whether the timed outputs are those of the accuracy pass: the same to the bit, or else of the same accuracy. */
export function outputsAgree({ differingImages, worstMetric }: AuditFigures): boolean {
  return worstMetric === null ? differingImages === 0 : worstMetric.relative <= LARGEST_METRIC_DIFFERENCE;
}

/** How much faster a repeated input may be. */
export function allowedRepeatSpeedup({ firstMedianMs }: AuditFigures): number {
  return firstMedianMs <= SHORT_RUN_MS ? LARGEST_SPEEDUP_OF_SHORT_RUNS : LARGEST_SPEEDUP;
}

/** Whether repeated inputs are faster than is allowed, in a way that is not chance. */
export function remembersResults(figures: AuditFigures): boolean {
  return figures.repeatSpeedup > allowedRepeatSpeedup(figures) && figures.repeatSpeedupLow > 1;
}

/** A metric that is not a number on both sides agrees with itself. */
function differenceOf(
  name: string,
  untimed: number,
  other: number,
  of: MetricDifference['of'],
): MetricDifference {
  const isEqual = Object.is(untimed, other) || untimed === other;
  const difference = Math.abs(other - untimed) / Math.abs(untimed);
  const relative = isEqual ? 0 : Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  return { name, untimed, other, of, relative };
}
