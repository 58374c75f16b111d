/**
 * Every rule that can make a trial invalid, in one place, each with what the user can do about it.
 *
 * An invalid trial is reported with its reasons and never stands in a table or chart as if it were good.
 */

import { type AuditFigures, allowedRepeatSpeedup, outputsAgree, remembersResults } from './audit.js';
import type { Drift } from './drift.js';
import { ValidityBounds } from './validity-bounds.js';

/** What is known of a trial when it ends. A part that was not measured is left out and its rules do not apply. */
export interface Observation {
  /** Timed runs of the variant, and their median and median absolute deviation. */
  timing?: { count: number; medianMs: number; madMs: number };
  /** How the timed runs of the variant became slower or faster while they went on. */
  drift?: Drift;
  /** Smallest step of the clock that timed them, and the largest that it made backwards. */
  clockStepMs?: number;
  clockBackMs?: number;
  /** The device that was asked for, and the one that the engine says it ran on. */
  device?: { asked: string; ran: string };
  /** Share of the engine's cores that other processes kept busy in the timed window. */
  otherLoad?: number;
  /** Numbers in the model's output that are NaN or infinite. */
  nonFiniteOutputs?: number;
  /** Sum of token sizes after every block, or the one furthest off, and what it must be. Methods that drop tokens leave this out. */
  tokenMass?: { expected: number; afterBlock: readonly number[] };
  predictionCount?: number;
  sampleCount?: number;
  skippedSamples?: number;
  /** What `turbo-bench audit` saw. */
  audit?: AuditFigures;
}

/** What is tolerated: the bounds of the experiment, and whether it says `onBadSample: skip`. */
export type Tolerance = ValidityBounds & { readonly skipBadSamples: boolean };

export const DEFAULT_BOUNDS: Tolerance = { ...ValidityBounds.parse({}), skipBadSamples: false };

export type ValidityRule =
  | 'too-few-runs'
  | 'noise'
  | 'drift'
  | 'timer-too-coarse'
  | 'clock-backwards'
  | 'other-load'
  | 'wrong-device'
  | 'output-not-finite'
  | 'token-mass'
  | 'prediction-count'
  | 'skipped-samples'
  | 'audit-accuracy'
  | 'audit-caching';

/** Rules that a busy moment of the machine breaks, whatever was measured: the same trial may keep them a moment later. */
export const RULES_OF_REST: ReadonlySet<ValidityRule> = new Set(['noise', 'drift', 'other-load']);

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
  broken: (seen: Observation, bounds: Tolerance) => string | undefined;
}

const RULES: readonly Rule[] = [
  {
    rule: 'too-few-runs',
    remedy: 'Raise measure.minRuns or measure.minSeconds, or lower measure.validity.minRuns.',
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
    rule: 'drift',
    remedy:
      'Let the machine reach its working temperature, or stop what began meanwhile: raise measure.warmupSeconds and run again.',
    broken: ({ drift }, { maxDrift }) =>
      drift && Math.abs(drift.change) > maxDrift && drift.low * drift.high > 0
        ? `timings drifted by ${percent(drift.change)} from the first run to the last, at most ${percent(maxDrift)} allowed`
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
    rule: 'clock-backwards',
    remedy: 'Run the trial again; if it comes back, the clock of this machine cannot be used for timing.',
    broken: ({ clockBackMs }) =>
      clockBackMs !== undefined && clockBackMs > 0
        ? `the clock went back by ${clockBackMs} ms while the trial was timed`
        : undefined,
  },
  {
    rule: 'other-load',
    remedy:
      'Close other programs, or wait until they are done, then run with --retry-invalid. measure.validity.maxOtherLoad tolerates more.',
    broken: ({ otherLoad }, { maxOtherLoad }) =>
      otherLoad !== undefined && otherLoad > maxOtherLoad
        ? `other processes took ${percent(otherLoad)} of the engine's cores while the trial was timed, ` +
          `at most ${percent(maxOtherLoad)} allowed`
        : undefined,
  },
  {
    rule: 'wrong-device',
    remedy: 'Check driver and engine of the device, or ask for the other one in engine.device.',
    broken: ({ device }) =>
      device && device.ran !== device.asked
        ? `the engine ran on ${device.ran} and was asked for ${device.asked}`
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
  {
    rule: 'audit-accuracy',
    remedy: 'The timed passes do not do the work that is scored: report this with the experiment file.',
    broken: ({ audit }) => (audit && !outputsAgree(audit) ? outputDifference(audit) : undefined),
  },
  {
    rule: 'audit-caching',
    remedy:
      'Something remembers results, so that timings are too good: report this with the experiment file.',
    broken: ({ audit }) =>
      audit && remembersResults(audit)
        ? `an input runs ${audit.repeatSpeedup.toFixed(2)} times faster when it comes again, ` +
          `at most ${allowedRepeatSpeedup(audit).toFixed(2)} times allowed`
        : undefined,
  },
];

/** All broken rules, in a fixed order; none means that the trial is valid. */
export function violations(seen: Observation, bounds: Tolerance = DEFAULT_BOUNDS): Violation[] {
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

function outputDifference({ images, differingImages, worstMetric }: AuditFigures): string {
  if (worstMetric === null)
    return `the outputs of ${differingImages} of ${images} images differ between timed passes and accuracy pass`;
  const { name, untimed, other, of } = worstMetric;
  return `${name} is ${other} in ${of} and ${untimed} in the accuracy pass`;
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}
