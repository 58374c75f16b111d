/** A chart as files: Vega-Lite specification to SVG without a browser, SVG to PNG without fonts. */
import sharp from 'sharp';
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { textWidth } from './glyphs.js';
import { outlineText } from './outline-text.js';

/** Pixels of the PNG per pixel of the chart: sharp on screens with twice the density. */
const PNG_SCALE = 2;

interface TextItem {
  fontSize?: number;
  fontWeight?: string | number;
  /** Longer text is cut off there; 0 is no limit. */
  limit?: number;
}

/** Vega's hook for measuring text, which its type declarations leave out. */
const { textMetrics } = vega as unknown as {
  textMetrics: { width: (item: TextItem, text: unknown) => number };
};

/** Vega lays its text out by this; without it, it guesses 0.8 of the font size per character. */
function measureWithOwnFont(): void {
  textMetrics.width = ({ fontSize = 11, fontWeight, limit = 0 }, text) => {
    const heavy = fontWeight === 'bold' || Number(fontWeight) >= 600;
    const width = textWidth(String(text ?? ''), { fontSize, weight: heavy ? 600 : 400 });
    return limit > 0 ? Math.min(width, limit) : width;
  };
}

/** The chart as SVG, with its text as text. */
export async function renderSvg(spec: TopLevelSpec): Promise<string> {
  measureWithOwnFont();
  const view = new vega.View(vega.parse(compile(spec).spec), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/** An SVG as PNG at twice its size, with a white background. */
export async function renderPng(svg: string): Promise<Buffer> {
  return sharp(Buffer.from(outlineText(svg)), { density: 72 * PNG_SCALE })
    .flatten({ background: 'white' })
    .png({ compressionLevel: 9 })
    .toBuffer();
}
