/** How many tokens are left after every block: one trial beside the unreduced model. */
import type { TopLevelSpec } from 'vega-lite';
import { BASELINE_COLOR, methodHue, QUIET } from '../charts/palette.js';
import { CHART_PADDING, chart } from '../charts/theme.js';
import { isBaseline, type TrialRow } from '../trial-row.js';

const HEIGHT = 150;
/** Room for the axis. */
const AXIS = 44;

/** @returns undefined for a trial whose token counts are not known */
export function tokensChart(
  row: TrialRow,
  baseline: TrialRow | undefined,
  width: number,
): TopLevelSpec | undefined {
  if (row.tokens.length === 0) return undefined;
  const color = isBaseline(row) ? BASELINE_COLOR : methodHue(row.method, 0);
  const whole = isBaseline(row) ? [] : (baseline?.tokens ?? []);
  const last = row.tokens.at(-1)!;
  const x = {
    field: 'block',
    type: 'ordinal',
    axis: { title: 'block, from 0', labelAngle: 0, grid: false, labelOverlap: true },
  };
  const y = { field: 'tokens', type: 'quantitative', axis: { title: 'tokens', tickCount: 3 } };
  const valuesOf = (tokens: readonly number[]) => tokens.map((count, block) => ({ block, tokens: count }));
  return chart(
    `From ${row.tokens[0]} tokens after the first block to ${last} after the last`,
    whole.length > 0 ? ['Line: the unreduced model'] : [],
    {
      width: width - 2 * CHART_PADDING - AXIS,
      height: HEIGHT,
      layer: [
        {
          data: { values: valuesOf(row.tokens) },
          mark: { type: 'bar', color, opacity: 0.85, width: { band: 0.7 } },
          encoding: { x, y },
        },
        {
          data: { values: valuesOf(whole) },
          mark: { type: 'line', color: QUIET, strokeDash: [4, 4] },
          encoding: { x, y },
        },
      ],
    },
    width,
  );
}
