/**
 * Replaces the text of an SVG by its outlines, so that it looks the same wherever it is rasterised.
 *
 * Reads the SVG that Vega writes: `<text …>words</text>` with one `<tspan>` per line at most, positions in the transform of the
 * element, no nesting beyond that.
 */
import { type TextStyle, textPath, textWidth } from './glyphs.js';

const TEXT_ELEMENT = /<text\b([^>]*)>(.*?)<\/text>/gs;
const LINE_ELEMENT = /<tspan\b([^>]*)>(.*?)<\/tspan>/gs;

/** @param svg as Vega writes it @returns the same picture without any `<text>` */
export function outlineText(svg: string): string {
  return svg.replace(TEXT_ELEMENT, (_, attributes: string, content: string) => {
    const style = styleOf(attributes);
    const anchor = attribute(attributes, 'text-anchor') ?? 'start';
    const data = linesOf(content).map(({ text, x, y }) => {
      const width = textWidth(text, style);
      const shift = anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0;
      return textPath(text, x - shift, y, style);
    });
    return `<path${paintOf(attributes)} d="${data.join('')}"/>`;
  });
}

interface Line {
  text: string;
  x: number;
  y: number;
}

/** The lines of an element; a `dy` moves on from the line before. */
function linesOf(content: string): Line[] {
  const spans = [...content.matchAll(LINE_ELEMENT)];
  if (spans.length === 0) return [{ text: unescaped(content), x: 0, y: 0 }];
  let y = 0;
  return spans.map(([, attributes, text]) => {
    y += Number(attribute(attributes!, 'dy') ?? 0);
    return { text: unescaped(text!), x: Number(attribute(attributes!, 'x') ?? 0), y };
  });
}

function styleOf(attributes: string): TextStyle {
  const fontSize = Number((attribute(attributes, 'font-size') ?? '11').replace('px', ''));
  const weight = attribute(attributes, 'font-weight') ?? 'normal';
  return { fontSize, weight: weight === 'bold' || Number(weight) >= 600 ? 600 : 400 };
}

/** Everything that still means something on a path. */
function paintOf(attributes: string): string {
  const kept = ['transform', 'fill', 'fill-opacity', 'opacity', 'aria-hidden', 'stroke', 'stroke-width'];
  return kept
    .map((name) => {
      const value = attribute(attributes, name);
      return value === undefined ? '' : ` ${name}="${value}"`;
    })
    .join('');
}

function attribute(attributes: string, name: string): string | undefined {
  return new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1];
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replace(/&(#x?[0-9a-f]+|\w+);/gi, (whole, name: string) => {
    if (name.startsWith('#x')) return String.fromCodePoint(Number.parseInt(name.slice(2), 16));
    if (name.startsWith('#')) return String.fromCodePoint(Number(name.slice(1)));
    return ENTITIES[name] ?? whole;
  });
}
