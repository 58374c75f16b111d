/**
 * Numbers as colours, the same for readers with any kind of colour vision and in grey: viridis, even in brightness from dark to light.
 */
import { QUIET } from '../charts/palette.js';
import { SMALL } from '../sheet-frame.js';
import { line } from '../sheet-text.js';
import { HEAT_COLORS } from './heat-colors.js';

/** What lies between the darkest and the lightest colour. */
export interface HeatScale {
  readonly from: number;
  readonly to: number;
  /** `logarithmic` where 1 against 2 matters as much as 10 against 20. */
  readonly steps: 'linear' | 'logarithmic';
  /** Smaller values are there, and drawn as `from`. */
  readonly isCut: boolean;
}

/** The colour of a value; one beyond the ends takes that of the end. */
export function heatColor(value: number, scale: HeatScale): string {
  return HEAT_COLORS[Math.round(shareOf(value, scale) * (HEAT_COLORS.length - 1))]!;
}

function shareOf(value: number, { from, to, steps }: HeatScale): number {
  if (!(to > from)) return 0;
  const share =
    steps === 'linear' ? (value - from) / (to - from) : Math.log(value / from) / Math.log(to / from);
  return Math.min(1, Math.max(0, share));
}

/**
 * A scale up to the largest value. It begins at the value that `below` of all (a share) lie under, so that a few far smaller ones leave something to
 * see of the others.
 */
export function scaleOver(values: readonly number[], steps: HeatScale['steps'], below: number): HeatScale {
  const sorted = [...values].sort((a, b) => a - b);
  const usual = steps === 'logarithmic' ? sorted.filter((value) => value > 0) : sorted;
  const from = usual[Math.floor(below * (usual.length - 1))] ?? 1;
  return { from, to: usual.at(-1) ?? 1, steps, isCut: (sorted[0] ?? from) < from };
}

const BAR = { width: 160, height: 10 };

/** A bar with its range. @returns SVG whose upper left corner is at (x, y), 24 pixels high */
export function heatLegend(words: string, { from, to, isCut }: HeatScale, x: number, y: number): string {
  const step = BAR.width / HEAT_COLORS.length;
  const bar = HEAT_COLORS.map(
    (color, at) =>
      `<rect x="${x + 56 + at * step}" y="${y}" width="${step + 0.5}" height="${BAR.height}" fill="${color}"/>`,
  );
  const start = `${isCut ? '≤ ' : ''}${shortNumber(from)}`;
  return [
    line(start, x + 48, y + 10, SMALL, QUIET, 'end'),
    ...bar,
    line(shortNumber(to), x + 64 + BAR.width, y + 10, SMALL, QUIET),
    line(words, x + 118 + BAR.width, y + 10, SMALL, QUIET),
  ].join('');
}

/** Two significant digits. */
export function shortNumber(value: number): string {
  return `${Number(value.toPrecision(2))}`.replace('-', '−');
}
