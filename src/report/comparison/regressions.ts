/** What of a comparison is worse than may be: for a pipeline that is to stop there. */
import { metricNamed, shownScale } from '../metric-names.js';
import type { ComparedCell, RunComparison } from './compare-runs.js';
import { type CellIdentity, cellLabel } from './run-record.js';

/** Left out: anything goes. */
export interface RegressionLimits {
  /** As tables show a metric: percentage points, or the units of CIDEr and CLIP score. */
  readonly maxAccuracyDrop?: number | undefined;
  /** Share of the speed that may be lost. */
  readonly maxSlowdown?: number | undefined;
}

/** A sentence for each. A drop counts when it is beyond the limit and beyond chance; a cell that failed counts whenever there is a limit. */
export function regressions(
  { cells, notValid }: RunComparison,
  { maxAccuracyDrop, maxSlowdown }: RegressionLimits,
): string[] {
  if (maxAccuracyDrop === undefined && maxSlowdown === undefined) return [];
  const failed = notValid.filter(({ cell, side }) => side === 'run' && cell.status === 'failed');
  return [
    ...cells.flatMap((cell) => [
      ...(maxAccuracyDrop === undefined ? [] : accuracyDrops(cell, maxAccuracyDrop)),
      ...(maxSlowdown === undefined ? [] : slowdowns(cell, maxSlowdown)),
    ]),
    ...failed.map(({ cell }) => `${cellLabel(cell)}: failed, ${cell.reason}`),
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

function slowdownText(cell: CellIdentity, slowdown: number, most: number): string {
  return `${cellLabel(cell)}: slower by ${(100 * slowdown).toFixed(1)} %, at most ${100 * most} % allowed`;
}
