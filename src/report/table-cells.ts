/** Columns of tables, and how figures are written in them. */
import type { MarkdownColumn } from './markdown-table.js';
import { isBaseline, type TrialRow } from './trial-row.js';

/** Where there is no figure. */
export const NOTHING = '–';

/** A column of the tables, for Markdown and for the report page. */
export interface TableColumn extends MarkdownColumn {
  cell: (row: TrialRow) => string;
}

/** A figure with a fixed number of digits. */
export function numberColumn(
  heading: string,
  value: (row: TrialRow) => number | null,
  digits: number,
): TableColumn {
  const cell = (row: TrialRow): string => {
    const found = value(row);
    return found === null || !Number.isFinite(found) ? NOTHING : found.toFixed(digits);
  };
  return { heading, align: 'right', cell };
}

/** One digit behind the point, or three digits where that would leave less. */
export function throughputText(perSecond: number | null): string {
  if (perSecond === null || !Number.isFinite(perSecond)) return NOTHING;
  return perSecond < 10 ? perSecond.toPrecision(3) : perSecond.toFixed(1);
}

/** `1.31× [1.28, 1.33]`; without its interval for the unreduced model. */
export function speedupText(row: TrialRow): string {
  const { speedup, speedupLow, speedupHigh } = row;
  if (speedup === null) return NOTHING;
  const interval = speedupLow === null || speedupHigh === null || isBaseline(row);
  return interval
    ? `${speedup.toFixed(2)}×`
    : `${speedup.toFixed(2)}× [${speedupLow.toFixed(2)}, ${speedupHigh.toFixed(2)}]`;
}
