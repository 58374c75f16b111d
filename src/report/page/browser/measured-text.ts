/** Widths of text as the browser sets it: stands in for the font files of `glyphs.ts`, under the same names. */

export interface TextStyle {
  fontSize: number;
  weight: 400 | 600;
}

export const FONT_FAMILY = "Inter, 'Helvetica Neue', Arial, sans-serif";

const context = document.createElement('canvas').getContext('2d')!;

/** Width of one line of text in pixels. */
export function textWidth(text: string, { fontSize, weight }: TextStyle): number {
  context.font = `${weight} ${fontSize}px ${FONT_FAMILY}`;
  return context.measureText(text).width;
}
