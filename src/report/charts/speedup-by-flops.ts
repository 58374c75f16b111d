/** Speed-up against FLOP ratio: how much of the saved arithmetic becomes saved time. On the dashed line all of it does. */
import { isBaseline, isMeasured, PRECISION_PARAMETER, type TrialRow } from '../trial-row.js';
import { amountReading, amountText } from './amount.js';
import { chartPerGroup } from './chart-definition.js';
import { diagonalChart } from './diagonal-chart.js';
import type { PlotPoint } from './layers-of-marks.js';
import { seriesOf } from './series.js';
import { readingLine } from './theme.js';

export const speedupByFlops = chartPerGroup(
  'speedup-by-flops',
  'How much of the saved arithmetic becomes saved time?',
  'a speed-up and a FLOP ratio of at least two trials',
  (group, question, { width: whole }) => {
    const rows = group.rows.filter(
      (row) => isMeasured(row) && !isBaseline(row) && row.speedup !== null && row.flopRatio !== null,
    );
    if (rows.length < 2) return undefined;
    const { series } = seriesOf(rows.map(withPrecisionAlone), []);
    const points = series.flatMap(({ label, color, shape, rows: members }) =>
      members.map(
        (row): PlotPoint => ({
          ...{ x: row.flopRatio!, y: row.speedup!, order: Number.NaN },
          ...(row.speedupLow !== null && row.speedupHigh !== null
            ? { low: row.speedupLow, high: row.speedupHigh }
            : {}),
          ...{ series: label, color, shape, invalid: row.status === 'invalid', trial: row.trial },
          label: amountText(rows.find(({ trial }) => trial === row.trial)!),
        }),
      ),
    );
    const reading = [...amountReading(rows), 'bars: 95 % interval', 'dashed: all of the saving'];
    if (points.some(({ invalid }) => invalid)) reading.push('hollow: not valid');
    return diagonalChart({
      ...{ question, points, series, whole },
      subtitle: [group.title, ...readingLine(reading)],
      xTitle: ['FLOP ratio: operations of the unreduced model ÷ operations of this one', 'FLOP ratio'],
      yTitle: 'speed-up, ×',
    });
  },
);

/** One line for each method, and for each precision where there are several. */
function withPrecisionAlone(row: TrialRow): TrialRow {
  const { [PRECISION_PARAMETER]: precision } = row.parameters;
  return { ...row, parameters: precision === undefined ? {} : { precision } };
}
