/** What of a comparison is worse than may be: for a pipeline that is to stop there. */
import { metricNamed, shownScale } from '../metric-names.js';
import { cellLabel, type ToldCell } from './cell-label.js';
import type { ComparedCell, RunComparison } from './compare-runs.js';

/** Left out: anything goes. */
export interface RegressionLimits {
  /** As tables show a metric: percentage points, or the units of CIDEr and CLIP score. */
  readonly maxAccuracyDrop?: number | undefined;
  /** Share of the speed that may be lost. */
  readonly maxSlowdown?: number | undefined;
}

/**
 * A sentence for each.
 *
 * A drop counts when it is beyond the limit and beyond chance; of accuracy beyond the limit alone where samples were not kept, because chance cannot be told then.
 * A cell that had a valid result and has none any more counts whatever the limit: nothing can be said of what was lost there.
 */
export function regressions(
  { cells, notValid, onlyInReference }: RunComparison,
  { maxAccuracyDrop, maxSlowdown }: RegressionLimits,
): string[] {
  if (maxAccuracyDrop === undefined && maxSlowdown === undefined) return [];
  const broken = notValid.filter(({ side }) => side === 'run');
  const missing = onlyInReference.filter(({ status }) => status === 'completed');
  return [
    ...cells.flatMap((cell) => [
      ...(maxAccuracyDrop === undefined ? [] : accuracyDrops(cell, maxAccuracyDrop)),
      ...(maxSlowdown === undefined ? [] : slowdowns(cell, maxSlowdown)),
    ]),
    ...broken.map(({ cell }) => `${cellLabel(cell)}: no longer valid: ${cell.reason || cell.status}`),
    ...missing.map((cell) => `${cellLabel(cell)}: missing`),
  ];
}

function accuracyDrops({ cell, metrics }: ComparedCell, most: number): string[] {
  return metrics.flatMap(({ metric, before, after, verdict }) => {
    const drop = (before - after) * shownScale(metricNamed(metric));
    if (verdict !== 'worse' || !(drop > most)) return [];
    return [`${cellLabel(cell)}: ${metric} fell by ${drop.toFixed(2)}, at most ${most} allowed`];
  });
}

function slowdowns({ cell, speed }: ComparedCell, most: number): string[] {
  if (speed === null || speed.verdict !== 'worse' || !(speed.ratio < 1 - most)) return [];
  return [slowdownText(cell, 1 - speed.ratio, most)];
}

function slowdownText(cell: ToldCell, slowdown: number, most: number): string {
  return `${cellLabel(cell)}: slower by ${(100 * slowdown).toFixed(1)} %, at most ${100 * most} % allowed`;
}
