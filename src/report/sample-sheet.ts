/**
 * A sample sheet: a few pictures, and beside each what every variant said about it. Numbers say how often merging changes an
 * answer; the sheet shows into what.
 */
import { BASELINE_COLOR, GRID, INK, methodHue, QUIET } from './charts/palette.js';
import { CHART_WIDTH } from './charts/theme.js';
import { type TextStyle, textWidth } from './glyphs.js';
import { headlineMetric, shownScale } from './metric-names.js';
import { methodName, parameterText, variedParameters } from './parameter-names.js';
import { PADDING, PLAIN, SMALL, STRONG, sheetHead } from './sheet-frame.js';
import { line, sheet, wrapped } from './sheet-text.js';
import type { Picture, ShownExample } from './shown-example.js';
import type { TrialGroup } from './trial-groups.js';
import { isBaseline, isMeasured, type TrialRow } from './trial-row.js';

const PICTURE = 160;
const TEXT_LEFT = PADDING + PICTURE + 20;
const SCORE_RIGHT = CHART_WIDTH - PADDING;
const LINE = 19;
/** Least room left for what is said, however long the names of the variants are. */
const LEAST_SAID = 220;

/** @returns an SVG of 800 pixels width, or undefined when no trial of the group has examples */
export function sampleSheet(group: TrialGroup, pictures: ReadonlyMap<string, Picture>): string | undefined {
  const rows = group.rows
    .filter((row) => isMeasured(row) && (row.examples ?? []).length > 0)
    .sort((a, b) => Number(isBaseline(b)) - Number(isBaseline(a)));
  if (rows.length === 0) return undefined;
  const metric = headlineMetric(rows);
  const subtitle = [
    group.title,
    'In grey: the same words as without reduction',
    ...(metric === undefined
      ? []
      : [`at the right ${metric.axis}${metric.unit === 'fraction' ? ', %' : ''}`]),
  ];
  const head = sheetHead('What does each variant say?', subtitle, { width: CHART_WIDTH, lineHeight: LINE });
  const { parts } = head;
  let y = head.bottom;
  const names = rows.map((row) => variantName(row, rows));
  const scale = metric === undefined ? 1 : shownScale(metric);
  for (const example of rows[0]!.examples!) {
    const block = exampleBlock(example, { rows, names, scale, pictures, top: y + 8 });
    parts.push(block.svg);
    y = block.bottom;
  }
  return sheet(CHART_WIDTH, y + PADDING, parts);
}

interface BlockSetting {
  readonly rows: readonly TrialRow[];
  readonly names: readonly string[];
  readonly scale: number;
  readonly pictures: ReadonlyMap<string, Picture>;
  readonly top: number;
}

function exampleBlock(shown: ShownExample, { rows, names, scale, pictures, top }: BlockSetting) {
  const parts = [`<path stroke="${GRID}" d="M${PADDING} ${top}H${SCORE_RIGHT}"/>`];
  const picture = pictures.get(shown.picture);
  if (picture !== undefined)
    parts.push(
      `<image x="${PADDING}" y="${top + 12}" width="${PICTURE}" height="${PICTURE}" href="data:image/jpeg;base64,${picture.jpegBase64}"/>`,
    );
  let y = top + 24;
  const wide = SCORE_RIGHT - TEXT_LEFT;
  const write = (text: string, style: TextStyle, color: string): void => {
    for (const part of wrapped(text, wide, style)) {
      parts.push(line(part, TEXT_LEFT, y, style, color));
      y += LINE;
    }
  };
  if (shown.question !== null) write(shown.question, STRONG, INK);
  write(`People: ${shown.expected}`, PLAIN, QUIET);
  y += 4;
  const nameWidth = Math.min(
    Math.max(...names.map((name) => textWidth(name, SMALL))) + 26,
    wide - LEAST_SAID,
  );
  const usual = saidBy(rows[0]!, shown);
  for (const [at, row] of rows.entries()) {
    const example = saidBy(row, shown);
    if (example === undefined) continue;
    const color = isBaseline(row) ? BASELINE_COLOR : methodHue(row.method, at);
    const mark =
      row.status === 'invalid' ? `fill="none" stroke="${color}" stroke-width="1.5"` : `fill="${color}"`;
    parts.push(`<circle cx="${TEXT_LEFT + 5}" cy="${y - 4}" r="4" ${mark}/>`);
    parts.push(line(names[at]!, TEXT_LEFT + 16, y, SMALL, QUIET));
    const score = (example.score * scale).toFixed(scale === 1 ? 2 : 0);
    parts.push(line(score, SCORE_RIGHT, y, SMALL, QUIET, 'end'));
    const tone = isBaseline(row) || example.said !== usual?.said ? INK : QUIET;
    for (const part of wrapped(example.said, wide - nameWidth - 44, PLAIN)) {
      parts.push(line(part, TEXT_LEFT + nameWidth, y, PLAIN, tone));
      y += LINE;
    }
  }
  return { svg: parts.join(''), bottom: Math.max(y, top + PICTURE + 24) };
}

function saidBy({ examples }: TrialRow, { sample }: ShownExample): ShownExample | undefined {
  return examples?.find((example) => example.sample === sample);
}

function variantName(row: TrialRow, rows: readonly TrialRow[]): string {
  const parts = variedParameters(rows)
    .filter((name) => row.parameters[name] !== undefined && row.parameters[name] !== null)
    .map((name) => parameterText(name, row.parameters[name]!));
  const speed = row.speedup === null || isBaseline(row) ? [] : [`${row.speedup.toFixed(2)}×`];
  const worth = row.status === 'invalid' ? ['not valid'] : speed;
  return [methodName(row.method), ...parts, ...worth].join(', ');
}
