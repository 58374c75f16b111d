/** Text on sheets of pictures: lines as SVG, and long text broken to a width. */
import { INK } from './charts/palette.js';
import { FONT_FAMILY, type TextStyle, textWidth } from './glyphs.js';

/** Lines no wider than `width` pixels, broken between words; at least one. */
export function wrapped(text: string, width: number, style: TextStyle): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && textWidth(longer, style) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** One line of text with its baseline at `y`. @param anchor `start`, `middle` or `end`, which then stands at `x` */
export function line(
  text: string,
  x: number,
  y: number,
  style: TextStyle,
  fill = INK,
  anchor = 'start',
): string {
  const weight = style.weight === 600 ? 'bold' : 'normal';
  return `<text transform="translate(${x},${y})" text-anchor="${anchor}" font-size="${style.fontSize}px" font-weight="${weight}" fill="${fill}">${escaped(text)}</text>`;
}

/** A white sheet of a size in pixels. */
export function sheet(width: number, height: number, parts: readonly string[]): string {
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  const font = `font-family="${escaped(FONT_FAMILY)}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${font}><rect width="100%" height="100%" fill="white"/>${parts.join('')}</svg>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
