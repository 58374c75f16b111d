/** A sheet of merging: one picture, a column for every reduction, a row for every layer, in one view. */
import { GRID, INK, QUIET } from '../charts/palette.js';
import { CHART_WIDTH } from '../charts/theme.js';
import { PADDING, SMALL, STRONG, sheetHead } from '../sheet-frame.js';
import { line, sheet, wrapped } from '../sheet-text.js';
import { type HeatScale, heatLegend } from './heat-scale.js';
import { layerNames, variantColor } from './merging-columns.js';
import { colorsOf, type MergingPicture, type MergingVariant, variantWords } from './merging-picture.js';
import type { MergingView } from './merging-view.js';

const LABEL_WIDTH = 116;
/** Side of the picture beside the heads of the columns. */
const THUMB = LABEL_WIDTH - 20;
const GAP = 10;
const LINE = 17;
/** Sides of a cell between which the number of columns decides, before it is made a whole number of pixels per patch. */
const [SMALLEST, LARGEST] = [120, 260];

/** Where everything lies, in pixels. */
interface SheetLayout {
  readonly width: number;
  readonly columnWidth: number;
  /** Of a drawing of the whole picture. */
  readonly cell: { readonly width: number; readonly height: number };
  leftOf(column: number): number;
}

/** @returns an SVG at least 800 pixels wide */
export function mergingSheet(whole: MergingPicture, view: MergingView): string {
  const picture = view.showsText ? whole : withoutText(whole);
  const layout = layoutOf(picture);
  const { width } = layout;
  const subtitle = [
    picture.model,
    picture.name,
    ...(picture.text === null ? [] : [`“${picture.text}”`]),
    view.legend,
  ];
  const head = sheetHead(view.question, subtitle, { width, lineHeight: LINE });
  const parts = [...symbols(picture), ...head.parts];
  const columns = headsOf(picture, layout, head.bottom - 4);
  parts.push(...columns.parts);
  const scale = view.scaleOf(picture);
  let y = columns.bottom;
  for (const [row, name] of rowNames(picture).entries()) {
    const labelTop = row === 0 ? Math.max(y, columns.thumbBottom) : y;
    for (const [at, text] of wrapped(name, LABEL_WIDTH - 12, STRONG).entries())
      parts.push(line(text, PADDING, labelTop + 12 + at * LINE, STRONG, INK));
    parts.push(...rowOf(picture, view, { name, top: y, scale, layout }));
    y = Math.max(y + layout.cell.height + 28, labelTop + 24);
  }
  if (scale !== null && view.scaleWords !== null) {
    parts.push(heatLegend(view.scaleWords, scale, PADDING + LABEL_WIDTH - 56, y + 6));
    y += 28;
  }
  return sheet(width, y + PADDING - 8, parts);
}

function layoutOf({ variants, grid }: MergingPicture): SheetLayout {
  const room = (CHART_WIDTH - 2 * PADDING - LABEL_WIDTH) / variants.length - GAP;
  const side = Math.min(LARGEST, Math.max(SMALLEST, room));
  const patch = Math.max(1, Math.floor(side / Math.max(grid.rows, grid.columns)));
  const cell = { width: patch * grid.columns, height: patch * grid.rows };
  const needed = 2 * PADDING + LABEL_WIDTH + variants.length * (Math.max(cell.width, SMALLEST) + GAP);
  const width = Math.max(CHART_WIDTH, needed);
  const columnWidth = (width - 2 * PADDING - LABEL_WIDTH) / variants.length;
  const leftOf = (column: number): number => Math.round(PADDING + LABEL_WIDTH + column * columnWidth);
  return { width, columnWidth, cell, leftOf };
}

/** The picture that all reductions were given, if there is one, and the heads of the columns. */
function headsOf({ variants, grid, pngBase64 }: MergingPicture, layout: SheetLayout, top: number) {
  const { width, columnWidth, cell, leftOf } = layout;
  const parts = [`<path stroke="${GRID}" d="M${PADDING} ${top}H${width - PADDING}"/>`];
  const unit = THUMB / Math.max(grid.rows, grid.columns);
  if (pngBase64 !== null) {
    const box = { width: unit * grid.columns, height: unit * grid.rows };
    parts.push(pictureAt(SHARED, PADDING, top + 10, box));
    parts.push(line('model input', PADDING, top + box.height + 25, SMALL, QUIET));
  }
  const heads = variants.map((variant, column) => headOf(variant, column, columnWidth - GAP));
  for (const [column, { color, lines }] of heads.entries()) {
    const left = leftOf(column);
    parts.push(`<rect x="${left}" y="${top + 10}" width="${cell.width}" height="3" fill="${color}"/>`);
    for (const [at, { text, style, fill }] of lines.entries())
      parts.push(line(text, left, top + 31 + at * LINE, style, fill));
  }
  const bottom = top + Math.max(...heads.map(({ lines }) => lines.length)) * LINE + 28;
  return { parts, bottom, thumbBottom: pngBase64 === null ? top : top + unit * grid.rows + 42 };
}

interface RowSetting {
  readonly name: string;
  readonly top: number;
  readonly scale: HeatScale | null;
  readonly layout: SheetLayout;
}

function rowOf(picture: MergingPicture, view: MergingView, { name, top, scale, layout }: RowSetting) {
  const { cell, leftOf } = layout;
  return picture.variants.flatMap((variant, column) => {
    const left = leftOf(column);
    const pixels = (opacity: number): string =>
      pictureAt(variant.picture === undefined ? SHARED : symbolOf(column), left, top, cell, opacity);
    if (name === RESULT) return [pixels(1)];
    const layer = variant.layers.find((one) => one.name === name);
    if (layer === undefined) return [];
    const grid = layer.grid ?? picture.grid;
    const drawn = view.draw(layer, {
      grid: { ...grid, left, top, side: cell.width / grid.columns },
      patchColors: colorsOf(picture, variant, grid),
      picture: pixels,
      scale,
    });
    return [
      `<g shape-rendering="${view.name === 'redundancy' ? 'auto' : 'crispEdges'}">${drawn}</g>`,
      line(view.caption(layer), left, top + cell.height + 15, SMALL, QUIET),
    ];
  });
}

function withoutText(picture: MergingPicture): MergingPicture {
  const variants = picture.variants.map((variant) => ({
    ...variant,
    layers: variant.layers.filter(({ side }) => side === 'image'),
  }));
  return { ...picture, variants };
}

const SHARED = 'picture';
const symbolOf = (column: number): string => `picture-${column}`;

/** Every picture once, however often it is shown. */
function symbols({ pngBase64, grid, variants }: MergingPicture): string[] {
  const box = `0 0 ${grid.columns} ${grid.rows}`;
  const size = `width="${grid.columns}" height="${grid.rows}" preserveAspectRatio="none"`;
  const symbol = (id: string, png: string): string =>
    `<defs><symbol id="${id}" viewBox="${box}" preserveAspectRatio="none"><image ${size} href="data:image/png;base64,${png}"/></symbol></defs>`;
  const own = variants.flatMap(({ picture }, column) =>
    picture === undefined ? [] : [symbol(symbolOf(column), picture.pngBase64)],
  );
  return pngBase64 === null ? own : [symbol(SHARED, pngBase64), ...own];
}

function pictureAt(id: string, x: number, y: number, box: SheetLayout['cell'], opacity = 1): string {
  const paint = opacity === 1 ? '' : ` opacity="${opacity}"`;
  return `<use href="#${id}" x="${x}" y="${y}" width="${box.width}" height="${box.height}"${paint}/>`;
}

/** Heads the row of pictures where every reduction makes its own. */
const RESULT = 'picture made';

/** The rows of the sheet: every layer that some reduction shows. */
function rowNames(picture: MergingPicture): string[] {
  const names = layerNames(picture);
  return picture.variants.some((variant) => variant.picture !== undefined) ? [RESULT, ...names] : names;
}

/** Method, parameters, and what is left of the tokens, in lines that fit the column. */
function headOf(variant: MergingVariant, at: number, width: number) {
  const { name, parameters } = variantWords(variant);
  const { tokens } = variant;
  const left = tokens === null ? [] : [`${tokens.before} → ${tokens.after} tokens`];
  const facts = [...(parameters === '' ? [] : [parameters]), ...left];
  const color = variantColor(variant, at);
  const lines = [
    ...wrapped(name, width, STRONG).map((text) => ({ text, style: STRONG, fill: INK })),
    ...facts.flatMap((fact) =>
      wrapped(fact, width, SMALL).map((text) => ({ text, style: SMALL, fill: QUIET })),
    ),
  ];
  return { color, lines };
}
