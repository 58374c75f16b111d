/** Merging and fewer bits together against the product of what each gains alone. On the dashed line the gains multiply. */
import { precisionGains } from '../precision-gains.js';
import { BASELINE_METHOD, PRECISION_PARAMETER } from '../trial-row.js';
import { amountReading, amountText } from './amount.js';
import { chartPerGroup } from './chart-definition.js';
import { diagonalChart } from './diagonal-chart.js';
import type { PlotPoint } from './layers-of-marks.js';
import { seriesOf } from './series.js';
import { readingLine } from './theme.js';

export const compression = chartPerGroup(
  'compression',
  'Do the gains of merging and of fewer bits multiply?',
  'reductions that were measured in float32 and in another precision',
  (group, question, { width: whole }) => {
    const gains = precisionGains(group.rows);
    const rows = group.rows.filter(
      (row) => row.method !== BASELINE_METHOD && (gains.get(row)?.product ?? null) !== null,
    );
    if (rows.length === 0) return undefined;
    const slim = rows.map((row) => ({
      ...row,
      parameters: { [PRECISION_PARAMETER]: row.parameters[PRECISION_PARAMETER]! },
    }));
    const { series } = seriesOf(slim, []);
    const points = rows.map((row, at): PlotPoint => {
      const { label, color, shape } = series.find(({ rows: members }) => members.includes(slim[at]!))!;
      return {
        ...{ x: gains.get(row)!.product!, y: row.speedup!, order: Number.NaN },
        ...(row.speedupLow !== null && row.speedupHigh !== null
          ? { low: row.speedupLow, high: row.speedupHigh }
          : {}),
        ...{ series: label, color, shape, invalid: row.status === 'invalid', trial: row.trial },
        label: amountText(row),
      };
    });
    const reading = [...amountReading(rows), 'bars: 95 % interval', 'dashed: the gains multiply'];
    if (points.some(({ invalid }) => invalid)) reading.push('hollow: not valid');
    return diagonalChart({
      ...{ question, points, series, whole },
      subtitle: [group.title, ...readingLine(reading)],
      xTitle: ['product of the two speed-ups alone, ×', 'product, ×'],
      yTitle: 'speed-up of both together, ×',
    });
  },
);
