/** What all charts share: size, type, axes, and a title that asks the question which the chart answers. */
import type { Config, TopLevelSpec } from 'vega-lite';
import { FONT_FAMILY, textWidth } from '../glyphs.js';
import { GRID, INK, QUIET } from './palette.js';

/** Width of a chart with everything in it, in pixels. */
export const CHART_WIDTH = 800;
export const CHART_PADDING = 16;
/** Room for the title and the labels of a vertical axis. */
const AXIS_WIDTH = 48;
/** Offset, symbol and gaps of a legend. */
const LEGEND_GAP = 38;

export const LABEL_STYLE = { fontSize: 12, weight: 400 } as const;
const LEGEND_FONT_SIZE = 13;
/** Longer names end in an ellipsis. */
const LEGEND_LIMIT = 230;

/** Below this width a legend stands under the marks and not beside them. */
const LEAST_WIDTH_BESIDE_LEGEND = 560;

/** Width left for the marks of a chart of `width` pixels with a legend of these entries. */
export function plotWidth(legendEntries: readonly string[], width: number = CHART_WIDTH): number {
  if (width < LEAST_WIDTH_BESIDE_LEGEND) return width - 2 * CHART_PADDING - AXIS_WIDTH;
  const entry = Math.max(
    0,
    ...legendEntries.map((text) => textWidth(text, { fontSize: LEGEND_FONT_SIZE, weight: 400 })),
  );
  const legend = legendEntries.length > 0 ? Math.ceil(Math.min(entry, LEGEND_LIMIT)) + LEGEND_GAP : 0;
  return width - 2 * CHART_PADDING - AXIS_WIDTH - legend;
}

const CONFIG: Config = {
  font: FONT_FAMILY,
  background: 'white',
  view: { stroke: null },
  axis: {
    labelFontSize: 12,
    labelColor: QUIET,
    titleFontSize: 13,
    titleFontWeight: 400,
    titleColor: INK,
    titlePadding: 10,
    gridColor: GRID,
    domainColor: GRID,
    tickColor: GRID,
    labelPadding: 6,
    tickSize: 0,
    tickCount: 6,
  },
  axisX: { labelOverlap: 'greedy', labelSeparation: 4, labelFlush: false },
  legend: {
    title: null,
    labelFontSize: LEGEND_FONT_SIZE,
    labelColor: INK,
    labelLimit: LEGEND_LIMIT,
    symbolSize: 90,
    symbolStrokeWidth: 1.5,
    rowPadding: 6,
    offset: 20,
  },
  title: {
    anchor: 'start',
    frame: 'bounds',
    fontSize: 18,
    fontWeight: 600,
    color: INK,
    subtitleFontSize: 13,
    subtitleColor: QUIET,
    subtitleLineHeight: 19,
    subtitlePadding: 6,
    offset: 18,
  },
};

/** The parts of a specification that differ from chart to chart. */
export type ChartBody = Record<string, unknown>;

/** A legend under the marks, in two columns, for narrow charts. */
function configOf(width: number): Config {
  if (width >= LEAST_WIDTH_BESIDE_LEGEND) return CONFIG;
  const labelLimit = (width - 2 * CHART_PADDING) / 2 - LEGEND_GAP;
  return {
    ...CONFIG,
    axis: { ...CONFIG.axis, tickCount: 4 },
    legend: { ...CONFIG.legend, orient: 'bottom', columns: 2, offset: 10, labelLimit },
  };
}

/** A complete specification. Lines of the subtitle that are too wide are broken between phrases. */
export function chart(
  question: string,
  subtitle: readonly string[],
  body: ChartBody,
  width: number = CHART_WIDTH,
): TopLevelSpec {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description: `${question} ${subtitle.join('. ')}`,
    padding: CHART_PADDING,
    title: { text: question, subtitle: subtitle.flatMap((line) => brokenLines(line, width)) },
    config: configOf(width),
    ...body,
  } as unknown as TopLevelSpec;
}

/** How to read a chart, as one line of the subtitle that begins with a capital; nothing when there is nothing to say. */
export function readingLine(phrases: readonly string[]): string[] {
  const [first, ...rest] = phrases;
  if (first === undefined) return [];
  const capital = first.startsWith('α') ? first : first[0]!.toUpperCase() + first.slice(1);
  return [[capital, ...rest].join(' · ')];
}

/** A subtitle line broken at ` · ` where it would be wider than the chart. */
function brokenLines(line: string, width: number): string[] {
  const lines: string[] = [];
  for (const phrase of line.split(' · ')) {
    const longer = lines.length === 0 ? phrase : `${lines.at(-1)} · ${phrase}`;
    const fits = textWidth(longer, { fontSize: 13, weight: 400 }) <= width - 2 * CHART_PADDING;
    if (lines.length > 0 && fits) lines[lines.length - 1] = longer;
    else lines.push(phrase);
  }
  return lines;
}

/** A scale's ends: the values and `padding` of their range on both sides. */
export function paddedDomain(values: readonly number[], padding: number): [low: number, high: number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const range = high - low || Math.abs(high) * 0.1 || 1;
  return [low - padding * range, high + padding * range];
}

/** An axis with its ticks at `values`; without a count Vega leaves out every other of more than 6. */
export function ticksAt(values: readonly number[]) {
  return { values, tickCount: values.length };
}

/** Round numbers that divide a range into `count` parts or a few more: 1, 2, 2.5 or 5 times a power of ten apart. */
export function roundTicks([low, high]: readonly [number, number], count: number): number[] {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}
