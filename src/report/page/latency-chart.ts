/** The timings of one trial, batch by batch, above those of the unreduced model that ran in turn with it. */
import type { TopLevelSpec } from 'vega-lite';
import { BASELINE_COLOR, INK, methodHue } from '../charts/palette.js';
import { CHART_PADDING, chart } from '../charts/theme.js';
import { methodName } from '../parameter-names.js';
import { isBaseline } from '../trial-row.js';
import type { PageTrial } from './page-data.js';

const ROW_HEIGHT = 44;
/** Room for the names at the left. */
const NAMES = 96;

/** @returns undefined for a trial without timings */
export function latencyChart(
  { row, baselineMs, variantMs }: PageTrial,
  width: number,
): TopLevelSpec | undefined {
  if (variantMs.length === 0) return undefined;
  const rows = [
    {
      who: methodName(row.method),
      times: variantMs,
      color: isBaseline(row) ? BASELINE_COLOR : methodHue(row.method, 0),
    },
    ...(isBaseline(row) || baselineMs.length === 0
      ? []
      : [{ who: 'No reduction', times: baselineMs, color: BASELINE_COLOR }]),
  ];
  const x = {
    field: 'ms',
    type: 'quantitative',
    scale: { zero: false, padding: 8 },
    axis: { title: 'milliseconds of one batch', tickCount: 5 },
  };
  const y = {
    field: 'who',
    type: 'nominal',
    sort: null,
    axis: { title: null, grid: false, labelLimit: NAMES },
  };
  return chart(
    `Timings of ${variantMs.length} batches`,
    ['Each stroke is one batch; the heavy one is the median'],
    {
      width: width - 2 * CHART_PADDING - NAMES,
      height: ROW_HEIGHT * rows.length,
      layer: [
        {
          data: { values: rows.flatMap(({ who, times, color }) => times.map((ms) => ({ who, ms, color }))) },
          mark: { type: 'tick', thickness: 1.5, opacity: 0.45, size: 22 },
          encoding: { x, y, color: { field: 'color', type: 'nominal', scale: null, legend: null } },
        },
        {
          data: { values: rows.map(({ who, times }) => ({ who, ms: median(times) })) },
          mark: { type: 'tick', thickness: 3, color: INK, size: 30 },
          encoding: { x, y },
        },
      ],
    },
    width,
  );
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}
