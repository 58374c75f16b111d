/**
 * A contact sheet: the same pictures as every variant makes them, side by side. Numbers say how far merging changes a picture; the sheet shows
 * whether that matters.
 */
import { BASELINE_COLOR, GRID, INK, methodHue, QUIET } from './charts/palette.js';
import { CHART_WIDTH } from './charts/theme.js';
import type { TextStyle } from './glyphs.js';
import { methodName, parameterText, variedParameters } from './parameter-names.js';
import { PADDING, SMALL, STRONG, sheetHead } from './sheet-frame.js';
import { line, sheet, wrapped } from './sheet-text.js';
import type { Picture } from './shown-example.js';
import type { ShownPicture } from './shown-picture.js';
import type { TrialGroup } from './trial-groups.js';
import { isBaseline, isMeasured, type TrialRow } from './trial-row.js';

const PROMPT_WIDTH = 132;
const GAP = 8;
const LINE = 17;
/** Sides of a picture between which the number of columns decides. */
const [SMALLEST, LARGEST] = [120, 200];
/** More columns would be too small to look at: further variants stand below, beside the unmerged pictures once more. */
const MOST_COLUMNS = 8;

/** @returns an SVG at least 800 pixels wide, or undefined when no trial of the group shows pictures */
export function contactSheet(group: TrialGroup, pictures: ReadonlyMap<string, Picture>): string | undefined {
  const rows = group.rows
    .filter((row) => isMeasured(row) && (row.shown ?? []).length > 0)
    .sort((a, b) => Number(isBaseline(b)) - Number(isBaseline(a)));
  if (rows.length === 0) return undefined;
  const bands = bandsOf(rows);
  const columns = Math.max(...bands.map(({ length }) => length));
  const room = (CHART_WIDTH - 2 * PADDING - PROMPT_WIDTH) / columns - GAP;
  const side = Math.min(LARGEST, Math.max(SMALLEST, Math.floor(room)));
  const width = Math.max(CHART_WIDTH, 2 * PADDING + PROMPT_WIDTH + columns * (side + GAP));
  const subtitle = [
    group.title,
    ...(rows.some(({ shown }) => shown!.some(({ psnr }) => psnr !== null))
      ? ['PSNR to the unmerged picture of the same prompt and seed']
      : []),
  ];
  const head = sheetHead('What does each variant make of a picture?', subtitle, { width, lineHeight: LINE });
  const { parts } = head;
  let y = head.bottom;
  for (const band of bands) {
    const drawn = bandOf(band, { rows, pictures, side, width, top: y });
    parts.push(drawn.svg);
    y = drawn.bottom;
  }
  return sheet(width, y + PADDING, parts);
}

/** The variants in rows of columns, each row beginning with the unmerged model where there is one. */
function bandsOf(rows: readonly TrialRow[]): TrialRow[][] {
  const first = rows.filter(isBaseline);
  const others = rows.filter((row) => !isBaseline(row));
  const each = MOST_COLUMNS - first.length;
  const bands = Array.from({ length: Math.max(1, Math.ceil(others.length / each)) }, (_, at) =>
    others.slice(at * each, (at + 1) * each),
  );
  return bands.map((band) => [...first, ...band]);
}

interface BandSetting {
  readonly rows: readonly TrialRow[];
  readonly pictures: ReadonlyMap<string, Picture>;
  readonly side: number;
  readonly width: number;
  readonly top: number;
}

function bandOf(band: readonly TrialRow[], { rows, pictures, side, width, top }: BandSetting) {
  const leftOf = (column: number): number => PADDING + PROMPT_WIDTH + column * (side + GAP);
  const heads = band.map((row) => headOf(row, rows, side));
  const parts = [`<path stroke="${GRID}" d="M${PADDING} ${top}H${width - PADDING}"/>`];
  const headHeight = Math.max(...heads.map(({ length }) => length)) * LINE;
  for (const [column, row] of band.entries()) {
    const color = isBaseline(row) ? BASELINE_COLOR : methodHue(row.method, rows.indexOf(row));
    parts.push(`<rect x="${leftOf(column)}" y="${top + 8}" width="${side}" height="3" fill="${color}"/>`);
    for (const [at, { text, style, fill }] of heads[column]!.entries())
      parts.push(line(text, leftOf(column), top + 28 + at * LINE, style, fill));
  }
  let y = top + 24 + headHeight;
  for (const shown of band[0]!.shown!) {
    const cells = band.map((row) => row.shown?.find(({ position }) => position === shown.position));
    const sizes = cells.map((cell) => heightOf(cell, pictures, side));
    for (const [at, text] of wrapped(shown.prompt, PROMPT_WIDTH - 14, SMALL).entries())
      parts.push(line(text, PADDING, y + 12 + at * LINE, SMALL, INK));
    for (const [column, cell] of cells.entries()) {
      const picture = cell === undefined ? undefined : pictures.get(cell.picture);
      if (picture !== undefined)
        parts.push(
          `<image x="${leftOf(column)}" y="${y}" width="${side}" height="${side}" preserveAspectRatio="xMidYMin meet" href="data:image/jpeg;base64,${picture.jpegBase64}"/>`,
        );
      if (cell?.psnr != null)
        parts.push(line(decibels(cell.psnr), leftOf(column), y + side + 14, SMALL, QUIET));
    }
    y += Math.max(...sizes);
  }
  return { svg: parts.join(''), bottom: y + 6 };
}

function heightOf(
  cell: ShownPicture | undefined,
  pictures: ReadonlyMap<string, Picture>,
  side: number,
): number {
  return cell !== undefined && pictures.has(cell.picture) ? side + 26 : LINE;
}

interface HeadLine {
  readonly text: string;
  readonly style: TextStyle;
  readonly fill: string;
}

/** Method, parameters, seconds and mean PSNR of a variant, in lines that fit its column. */
function headOf(row: TrialRow, rows: readonly TrialRow[], side: number): HeadLine[] {
  const parameters = variedParameters(rows)
    .filter((name) => row.parameters[name] !== undefined && row.parameters[name] !== null)
    .map((name) => parameterText(name, row.parameters[name]!));
  const { secondsPerImage: seconds, speedup } = row;
  const psnr = row.metrics.psnr ?? null;
  const facts = [
    ...(parameters.length === 0 ? [] : [parameters.join(', ')]),
    ...(seconds == null ? [] : [`${Number(seconds.toPrecision(3))} s/image`]),
    ...(speedup === null || isBaseline(row) ? [] : [`${speedup.toFixed(2)}×`]),
    ...(psnr === null ? [] : [`PSNR ${decibels(psnr)}`]),
    ...(row.status === 'invalid' ? ['not valid'] : []),
  ];
  return [
    ...wrapped(methodName(row.method), side, STRONG).map((text) => ({ text, style: STRONG, fill: INK })),
    ...facts.flatMap((fact) =>
      wrapped(fact, side, SMALL).map((text) => ({ text, style: SMALL, fill: QUIET })),
    ),
  ];
}

function decibels(psnr: number): string {
  return `${psnr.toFixed(1)} dB`;
}
