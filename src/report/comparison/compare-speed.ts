/**
 * The speed of a cell in two runs: the ratio of two figures whose intervals are known, with its interval.
 *
 * Source: Altman and Bland, "Interaction revisited: the difference between two estimates" (BMJ 2003): on the logarithmic scale the variances of independent estimates add up.
 */
import type { CellRecord, Estimate } from './run-record.js';

export type Verdict = 'better' | 'worse' | 'same';

export interface ComparedSpeed {
  readonly of: 'speedup' | 'imagesPerSecond';
  readonly before: number;
  readonly after: number;
  /** after ÷ before: below 1 is slower. */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly verdict: Verdict;
}

/** @param after the same cell as `before`, conditions included @returns null where the figure is missing, or means nothing on another machine */
export function compareSpeed(
  after: CellRecord,
  before: CellRecord,
  isSameMachine: boolean,
): ComparedSpeed | null {
  if (after.speedup !== null && before.speedup !== null)
    return compared('speedup', after.speedup, before.speedup);
  if (!isSameMachine || after.imagesPerSecond === null || before.imagesPerSecond === null) return null;
  return compared('imagesPerSecond', after.imagesPerSecond, before.imagesPerSecond);
}

function compared(of: ComparedSpeed['of'], after: Estimate, before: Estimate): ComparedSpeed {
  const ratio = after.value / before.value;
  const reach = Math.hypot(Math.log(after.high / after.low), Math.log(before.high / before.low)) / 2;
  const [low, high] = [ratio * Math.exp(-reach), ratio * Math.exp(reach)];
  const verdict = low > 1 ? 'better' : high < 1 ? 'worse' : 'same';
  return { of, before: before.value, after: after.value, ratio, low, high, verdict };
}
