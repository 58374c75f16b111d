/** A horizontal axis of names that are all shown: turned where they have no room side by side. */
import { textWidth } from '../glyphs.js';
import { LABEL_STYLE } from './theme.js';

/** Pixels between two names side by side. */
const GAP = 4;
/** From one line of text to the next. */
const LINE = LABEL_STYLE.fontSize + 1;

/** Pixels below which names cover each other even when they are upright. */
export function leastNamesWidth(names: readonly string[]): number {
  return names.length * LINE;
}

/** The settings of an axis with a band of equal width for each name. */
export function namesAxis(names: readonly string[], width: number) {
  const band = width / names.length;
  const widest = Math.max(...names.map((name) => textWidth(name, LABEL_STYLE)));
  const labelAngle = widest + GAP <= band ? 0 : band >= Math.SQRT2 * LINE ? -45 : -90;
  return { labelAngle, labelOverlap: false, grid: false } as const;
}
