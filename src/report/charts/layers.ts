/** Accuracy and speed-up by the blocks in which merging is allowed: where merging should begin and end. */
import { axisTitle, shownScale } from '../metric-names.js';
import { parameterText } from '../parameter-names.js';
import { isMeasured, type TrialRow } from '../trial-row.js';
import { chartMetric, chartPerGroup } from './chart-definition.js';
import {
  errorBarLayer,
  levelLayers,
  lineLayer,
  type PlotPoint,
  type Position,
  pointLayers,
} from './layers-of-marks.js';
import { leastNamesWidth, namesAxis } from './names-axis.js';
import { bandArea } from './plot-area.js';
import { hasLayerLimit, LAYER_PARAMETERS, mergingBlocks, type Series, seriesOf } from './series.js';
import { CHART_WIDTH, type ChartBody, chart, paddedDomain, plotWidth, readingLine } from './theme.js';

const HEIGHT = 320;
/** Room between the panels for the second axis. */
const PANEL_GAP = 84;
/** Narrower, the panels stand one below the other. */
const LEAST_WIDTH_OF_TWO = 640;

export const layersAblation = chartPerGroup(
  'layers',
  'Which blocks should merge?',
  'an accuracy for two or more settings of `layers`',
  (group, question, setting) => {
    const metric = chartMetric(group, setting);
    if (!metric) return undefined;
    const rows = comparedRows(
      group.rows.filter((row) => isMeasured(row) && typeof row.metrics[metric.name] === 'number'),
    );
    const ranges = rangesOf(rows);
    if (ranges.labels.length < 2) return undefined;
    const { series, mixed } = seriesOf(rows, LAYER_PARAMETERS);
    if (mixed.length > 0) return undefined;
    const entries = series.length > 1 ? series.map(({ label }) => label) : [];
    const whole = plotWidth(entries, setting.width);
    const half = (whole - PANEL_GAP) / 2;
    const besides =
      (setting.width ?? CHART_WIDTH) >= LEAST_WIDTH_OF_TWO && half >= leastNamesWidth(ranges.labels);
    const width = besides ? half : whole;
    const level = group.baseline?.metrics[metric.name];
    const scaled = (value: number | null | undefined): number | undefined =>
      typeof value === 'number' ? shownScale(metric) * value : undefined;
    const subtitle = series.length === 1 ? [settingOf(series[0]!)] : [];
    const hasBars = rows.some((row) => row.speedupLow !== null);
    return chart(
      question,
      [
        group.title,
        ...readingLine([...subtitle, ...(hasBars ? ['bars: 95 % interval of the speed-up'] : [])]),
      ],
      {
        spacing: 24,
        [besides ? 'hconcat' : 'vconcat']: [
          panel({ series, ranges, width, title: axisTitle(metric), level: scaled(level) }, (row) =>
            scaled(row.metrics[metric.name]),
          ),
          panel({ series, ranges, width, title: 'speed-up, ×', level: 1 }, (row) => row.speedup ?? undefined),
        ],
      },
      setting.width,
    );
  },
);

interface Ranges {
  labels: readonly string[];
  title: string;
  labelOf: (row: TrialRow) => string;
}

/** Rows that merge in some blocks only, and those that differ from one of them by merging in all. */
function comparedRows(rows: readonly TrialRow[]): TrialRow[] {
  const setting = ({ method, parameters }: TrialRow): string =>
    JSON.stringify([
      method,
      Object.entries(parameters)
        .filter(([name]) => !LAYER_PARAMETERS.includes(name))
        .sort(),
    ]);
  const limited = new Set(rows.filter(hasLayerLimit).map(setting));
  return rows.filter((row) => limited.has(setting(row)));
}

/** How the settings are named: by their first block, their last block, or both. */
function rangesOf(rows: readonly TrialRow[]): Ranges {
  const endsVary = rows.some((row) => mergingBlocks(row).to !== undefined);
  const startsVary = rows.some((row) => mergingBlocks(row).from > 0);
  const labelOf = (row: TrialRow): string => {
    const { from, to = 'last' } = mergingBlocks(row);
    if (!endsVary) return `${from}`;
    return startsVary ? `${from}–${to}` : `${to}`;
  };
  const ordered = [...rows].sort((a, b) => {
    const [one, other] = [mergingBlocks(a), mergingBlocks(b)];
    return one.from - other.from || rank(one.to) - rank(other.to);
  });
  const title = endsVary
    ? startsVary
      ? 'blocks that merge'
      : 'last block that merges'
    : 'first block that merges';
  return { labels: [...new Set(ordered.map(labelOf))], title, labelOf };
}

function rank(last: number | undefined): number {
  return last ?? Number.MAX_SAFE_INTEGER;
}

interface Panel {
  series: readonly Series[];
  ranges: Ranges;
  width: number;
  title: string;
  level: number | undefined;
}

function panel(
  { series, ranges, width, title, level }: Panel,
  measureOf: (row: TrialRow) => number | undefined,
): ChartBody {
  const isSpeed = title.startsWith('speed');
  const points = series.flatMap((line) =>
    line.rows.flatMap((row): PlotPoint[] => {
      const y = measureOf(row);
      if (y === undefined) return [];
      const bar = isSpeed && row.speedupLow !== null && row.speedupHigh !== null;
      return [
        {
          ...{ x: ranges.labelOf(row), y, order: ranges.labels.indexOf(ranges.labelOf(row)), label: '' },
          ...(bar ? { low: row.speedupLow!, high: row.speedupHigh! } : {}),
          ...{ series: line.label, color: line.color, shape: line.shape, trial: row.trial },
          invalid: row.status === 'invalid',
        },
      ];
    }),
  );
  const ends = points.flatMap(({ y, low, high }) => [y, low ?? y, high ?? y]);
  const domain = paddedDomain(level === undefined ? ends : [...ends, level], 0.1);
  const position: Position = {
    x: {
      field: 'x',
      type: 'ordinal',
      scale: { domain: ranges.labels },
      axis: { title: ranges.title, ...namesAxis(ranges.labels, width) },
    },
    y: { field: 'y', type: 'quantitative', scale: { domain, nice: false, zero: false }, axis: { title } },
  };
  return {
    width,
    height: HEIGHT,
    layer: [
      ...(level === undefined
        ? []
        : levelLayers(
            level,
            'no reduction',
            points,
            position,
            bandArea(ranges.labels, domain, width, HEIGHT),
          )),
      lineLayer(points, position),
      errorBarLayer(points, position, 'y'),
      ...pointLayers(points, series, position),
    ],
  };
}

/** What all rows of the only series share: `Turbo, r = 12, α = 5`. */
function settingOf({ label, rows }: Series): string {
  const { parameters } = rows[0]!;
  const told = ['tokensPerLayer', 'inflect', 'ratio', 'alpha'].filter((name) => parameters[name] != null);
  return [label, ...told.map((name) => parameterText(name, parameters[name]!))].join(', ');
}
