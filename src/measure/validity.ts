/**
 * Every rule that can make a trial invalid, in one place, each with what the user can do about it.
 *
 * An invalid trial is reported with its reasons and never stands in a table or chart as if it were good.
 */

/** What is known of a trial when it ends. A part that was not measured is left out and its rules do not apply. */
export interface Observation {
  /** Timed runs of the variant, and their median and median absolute deviation. */
  timing?: { count: number; medianMs: number; madMs: number };
  /** Smallest step of the clock that timed them. */
  clockStepMs?: number;
  /** Numbers in the model's output that are NaN or infinite. */
  nonFiniteOutputs?: number;
  /** Sum of token sizes after every block, or the one furthest off, and what it must be. Methods that drop tokens leave this out. */
  tokenMass?: { expected: number; afterBlock: readonly number[] };
  predictionCount?: number;
  sampleCount?: number;
  skippedSamples?: number;
}

/** What is tolerated. */
export interface ValidityBounds {
  minRuns: number;
  /** Largest median absolute deviation ÷ median. */
  maxRelativeMad: number;
  /** Clock steps that the median run must last at least. */
  minClockSteps: number;
  /** Largest relative error of the token mass; sums of float32 sizes are exact far beyond any token count. */
  maxTokenMassError: number;
  /** Whether the experiment says `onBadSample: skip`. */
  skipBadSamples: boolean;
}

export const DEFAULT_BOUNDS: ValidityBounds = {
  minRuns: 5,
  maxRelativeMad: 0.1,
  minClockSteps: 100,
  maxTokenMassError: 1e-4,
  skipBadSamples: false,
};

export type ValidityRule =
  | 'too-few-runs'
  | 'noise'
  | 'timer-too-coarse'
  | 'output-not-finite'
  | 'token-mass'
  | 'prediction-count'
  | 'skipped-samples';

export interface Violation {
  rule: ValidityRule;
  /** What was seen, with its numbers. */
  reason: string;
  /** What the user can do. */
  remedy: string;
}

interface Rule {
  rule: ValidityRule;
  remedy: string;
  /** The reason why the trial is invalid, or undefined. */
  broken: (seen: Observation, bounds: ValidityBounds) => string | undefined;
}

const RULES: readonly Rule[] = [
  {
    rule: 'too-few-runs',
    remedy: 'Raise measure.minSeconds, or lower measure.minRuns.',
    broken: ({ timing }, { minRuns }) =>
      timing && timing.count < minRuns ? `${timing.count} timed runs, at least ${minRuns} needed` : undefined,
  },
  {
    rule: 'noise',
    remedy: 'Close other programs, fix the threads below the core count, or raise measure.minSeconds.',
    broken: ({ timing }, { maxRelativeMad }) =>
      timing && timing.madMs > maxRelativeMad * timing.medianMs
        ? `timings scatter by ${percent(timing.madMs / timing.medianMs)} (MAD ÷ median), ` +
          `at most ${percent(maxRelativeMad)} allowed`
        : undefined,
  },
  {
    rule: 'timer-too-coarse',
    remedy: 'Raise measure.batchSize so that one run takes longer.',
    broken: ({ timing, clockStepMs }, { minClockSteps }) =>
      timing && clockStepMs !== undefined && !(timing.medianMs >= minClockSteps * clockStepMs)
        ? `a run of ${timing.medianMs} ms is too short for a clock with steps of ${clockStepMs} ms`
        : undefined,
  },
  {
    rule: 'output-not-finite',
    remedy: 'Try float32 precision, and check the checkpoint and the reduction parameters.',
    broken: ({ nonFiniteOutputs }) =>
      nonFiniteOutputs ? `${nonFiniteOutputs} output values are NaN or infinite` : undefined,
  },
  {
    rule: 'token-mass',
    remedy: 'The reduction loses or invents tokens: report this with the experiment file.',
    broken: ({ tokenMass }, { maxTokenMassError }) => {
      if (!tokenMass) return undefined;
      const { expected, afterBlock } = tokenMass;
      const block = afterBlock.findIndex(
        (mass) => !(Math.abs(mass - expected) <= maxTokenMassError * expected),
      );
      if (block < 0) return undefined;
      const place = afterBlock.length > 1 ? ` after block ${block}` : '';
      return `token sizes add up to ${afterBlock[block]}${place} instead of ${expected}`;
    },
  },
  {
    rule: 'prediction-count',
    remedy: 'Report this with the experiment file: a batch was lost or counted twice.',
    broken: ({ predictionCount, sampleCount }) =>
      predictionCount !== undefined && sampleCount !== undefined && predictionCount !== sampleCount
        ? `${predictionCount} predictions for ${sampleCount} samples`
        : undefined,
  },
  {
    rule: 'skipped-samples',
    remedy: 'Repair or remove the named files, or set onBadSample: skip.',
    broken: ({ skippedSamples }, { skipBadSamples }) =>
      skippedSamples && !skipBadSamples ? `${skippedSamples} samples could not be read` : undefined,
  },
];

/** All broken rules, in a fixed order; none means that the trial is valid. */
export function violations(seen: Observation, bounds: ValidityBounds = DEFAULT_BOUNDS): Violation[] {
  return RULES.flatMap(({ rule, remedy, broken }) => {
    const reason = broken(seen, bounds);
    return reason === undefined ? [] : [{ rule, reason, remedy }];
  });
}

/** How many of the values are NaN or infinite. */
export function countNonFinite(values: ArrayLike<number>): number {
  let count = 0;
  for (let at = 0; at < values.length; at++) if (!Number.isFinite(values[at])) count++;
  return count;
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}
