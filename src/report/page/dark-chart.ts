/** A chart for a dark page: the same specification with each colour moved until it stands out from the ground. */
import type { TopLevelSpec } from 'vega-lite';
import { BASELINE_COLOR, FRONT_COLOR, GRID, INK, QUIET } from '../charts/palette.js';

/** Colours of the page, as in its style sheet. */
const DARK = {
  ground: '#0D1117',
  ink: '#E6EDF3',
  quiet: '#9198A1',
  grid: '#262C36',
  front: '#3D4754',
} as const;

/** Least contrast to the ground, of labels as well (WCAG 2.2, success criterion 1.4.3). */
const LEAST_CONTRAST = 4.5;

const EXACT: Readonly<Record<string, string>> = {
  white: DARK.ground,
  [INK]: DARK.ink,
  [QUIET]: DARK.quiet,
  [GRID]: DARK.grid,
  [BASELINE_COLOR]: DARK.ink,
  [FRONT_COLOR]: DARK.front,
};

const COLOR_KEY = /^(color|fill|stroke|background|range|.+Color)$/;

/** The specification with dark colours; data other than colours are left as they are. */
export function darkChart(spec: TopLevelSpec): TopLevelSpec {
  return recolored(spec, false) as TopLevelSpec;
}

/** A colour for marks on the dark ground: lightened in steps until it stands out. */
export function darkTone(color: string): string {
  const exact = EXACT[color];
  if (exact !== undefined) return exact;
  if (!/^#[0-9a-f]{6}$/i.test(color)) return color;
  let channels = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  for (let step = 0; step < 20 && contrast(channels) < LEAST_CONTRAST; step++)
    channels = channels.map((channel) => Math.round(channel + (255 - channel) * 0.12));
  return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

function recolored(value: unknown, isColor: boolean): unknown {
  if (typeof value === 'string') return isColor ? darkTone(value) : value;
  if (Array.isArray(value)) return value.map((one) => recolored(one, isColor));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inside]) => [key, recolored(inside, COLOR_KEY.test(key))]),
  );
}

/** Contrast ratio to the dark ground, by relative luminance. */
function contrast(channels: readonly number[]): number {
  const ground = [1, 3, 5].map((at) => Number.parseInt(DARK.ground.slice(at, at + 2), 16));
  return (luminance(channels) + 0.05) / (luminance(ground) + 0.05);
}

function luminance(channels: readonly number[]): number {
  const [red, green, blue] = channels.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
