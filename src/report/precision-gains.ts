/**
 * Do the gains of merging and of fewer bits multiply? The speed-up of both together beside the product of the two alone.
 *
 * All speed-ups are against the unreduced model in float32, each timed beside it; a quotient of two of them is the speed-up within
 * a precision, and in a product nothing is counted twice.
 */
import { groupTrials } from './trial-groups.js';
import {
  BASELINE_METHOD,
  BASELINE_PRECISION,
  isMeasured,
  PRECISION_PARAMETER,
  precisionOf,
  type TrialRow,
} from './trial-row.js';

export interface PrecisionGain {
  /** Over the unreduced model in the same precision. */
  readonly inPrecision: number;
  /** Of the precision alone times that of the reduction alone in float32; null where the latter was not measured. */
  readonly product: number | null;
}

/** Of every row in another precision than float32 for which there are the figures. A valid row is held against valid ones alone. */
export function precisionGains(rows: readonly TrialRow[]): ReadonlyMap<TrialRow, PrecisionGain> {
  const gains = new Map<TrialRow, PrecisionGain>();
  for (const group of groupTrials(rows)) {
    const speedups = new Map(group.rows.filter(isMeasured).map((row) => [keyOf(row), row]));
    for (const row of group.rows) {
      const precision = precisionOf(row);
      if (!isMeasured(row) || row.speedup === null || precision === BASELINE_PRECISION) continue;
      const speedupOf = (key: string): number | null => {
        const other = speedups.get(key);
        return other === undefined || (row.status === 'completed' && other.status !== 'completed')
          ? null
          : other.speedup;
      };
      const alone = speedupOf(keyOf({ method: BASELINE_METHOD, parameters: { precision } }));
      if (alone === null) continue;
      const reduced = speedupOf(
        keyOf({ ...row, parameters: { ...row.parameters, precision: BASELINE_PRECISION } }),
      );
      gains.set(row, {
        inPrecision: row.speedup / alone,
        product: reduced === null ? null : alone * reduced,
      });
    }
  }
  return gains;
}

/** Method and parameters, in any order; a row without a precision is of float32. */
function keyOf({ method, parameters }: Pick<TrialRow, 'method' | 'parameters'>): string {
  const all = { ...parameters, [PRECISION_PARAMETER]: precisionOf({ parameters }) };
  return JSON.stringify([method, Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
