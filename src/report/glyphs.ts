/**
 * Text as shapes: widths and outlines from the font that turbo-bench brings along.
 *
 * A fresh machine may have no fonts at all, and then a PNG would show empty boxes. Font: Inter by Rasmus Andersson (SIL Open
 * Font License 1.1). Its package splits it by script, so a character is looked up in one part after the other.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import opentype from 'opentype.js';

export type Weight = 400 | 600;

export interface TextStyle {
  fontSize: number;
  weight: Weight;
}

/** What a reader without Inter falls back to in the SVG files. */
export const FONT_FAMILY = "Inter, 'Helvetica Neue', Arial, sans-serif";

const PARTS = ['latin', 'greek', 'latin-ext', 'cyrillic', 'vietnamese'] as const;
/** Inter's web fonts leave arrows out; these characters stand in. */
const STAND_INS: Readonly<Record<string, string>> = { '→': '›', '≥': '>', '≤': '<', '≈': '~', '\u2009': ' ' };

const require = createRequire(import.meta.url);
const loaded = new Map<string, opentype.Font>();

function fontPart(part: string, weight: Weight): opentype.Font {
  const file = `@fontsource/inter/files/inter-${part}-${weight}-normal.woff`;
  let font = loaded.get(file);
  if (!font) {
    const bytes = readFileSync(require.resolve(file));
    font = opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    loaded.set(file, font);
  }
  return font;
}

interface PlacedGlyph {
  glyph: opentype.Glyph;
  /** Left edge from the start of the text, in pixels. */
  x: number;
}

/** Glyph after glyph with kerning; a character that no part has becomes a box. */
function layOut(text: string, { fontSize, weight }: TextStyle): { glyphs: PlacedGlyph[]; width: number } {
  const glyphs: PlacedGlyph[] = [];
  let x = 0;
  let previous: { font: opentype.Font; glyph: opentype.Glyph } | undefined;
  for (const character of text) {
    const font = fontWith(STAND_INS[character] ?? character, weight);
    const glyph = font.charToGlyph(STAND_INS[character] ?? character);
    const scale = fontSize / font.unitsPerEm;
    if (previous?.font === font) x += font.getKerningValue(previous.glyph, glyph) * scale;
    glyphs.push({ glyph, x });
    x += (glyph.advanceWidth ?? 0) * scale;
    previous = { font, glyph };
  }
  return { glyphs, width: x };
}

function fontWith(character: string, weight: Weight): opentype.Font {
  const part = PARTS.find((name) => fontPart(name, weight).charToGlyphIndex(character) > 0);
  return fontPart(part ?? 'latin', weight);
}

/** Width of one line of text in pixels. */
export function textWidth(text: string, style: TextStyle): number {
  return layOut(text, style).width;
}

/** One line of text as SVG path data, its baseline starting at (x, y). */
export function textPath(text: string, x: number, y: number, style: TextStyle): string {
  return layOut(text, style)
    .glyphs.flatMap((placed) => placed.glyph.getPath(x + placed.x, y, style.fontSize).commands)
    .map(commandText)
    .join('');
}

/** Written here and not by the font library, whose `toPathData` runs numbers together when one rounds to zero. */
function commandText(command: opentype.PathCommand): string {
  const numbers = (...values: number[]): string => values.map((value) => value.toFixed(2)).join(' ');
  switch (command.type) {
    case 'M':
    case 'L':
      return `${command.type}${numbers(command.x, command.y)}`;
    case 'Q':
      return `Q${numbers(command.x1, command.y1, command.x, command.y)}`;
    case 'C':
      return `C${numbers(command.x1, command.y1, command.x2, command.y2, command.x, command.y)}`;
    case 'Z':
      return 'Z';
  }
}
