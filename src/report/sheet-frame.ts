/** What all sheets of pictures share: styles, margins, a heading that asks what the sheet answers, and a line below it. */
import { QUIET } from './charts/palette.js';
import type { TextStyle } from './glyphs.js';
import { line, wrapped } from './sheet-text.js';

/** Margin around a sheet, in pixels. */
export const PADDING = 16;

const HEADING: TextStyle = { fontSize: 18, weight: 600 };
export const STRONG: TextStyle = { fontSize: 13, weight: 600 };
export const PLAIN: TextStyle = { fontSize: 13, weight: 400 };
export const SMALL: TextStyle = { fontSize: 12, weight: 400 };

/**
 * The head of a sheet of `width` pixels.
 *
 * @param subtitle phrases, set one after the other and broken where they do not fit
 * @param lineHeight from one line of the subtitle to the next
 * @returns SVG elements, and where the sheet goes on below them
 */
export function sheetHead(
  question: string,
  subtitle: readonly string[],
  { width, lineHeight }: { readonly width: number; readonly lineHeight: number },
): { readonly parts: string[]; readonly bottom: number } {
  const parts = [line(question, PADDING, 34, HEADING)];
  let bottom = 58;
  for (const text of wrapped(subtitle.join(' · '), width - 2 * PADDING, PLAIN)) {
    parts.push(line(text, PADDING, bottom, PLAIN, QUIET));
    bottom += lineHeight;
  }
  return { parts, bottom };
}
