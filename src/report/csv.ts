/**
 * results.csv: one line per trial, RFC 4180, full precision, empty where nothing was measured.
 *
 * A text that a spreadsheet would take for a formula gets an apostrophe before it; numbers stay as they are.
 *
 * Source: OWASP, https://owasp.org/www-community/attacks/CSV_Injection
 */
import { stringify } from 'csv-stringify/sync';
import { type Cell, csvColumns } from './csv-columns.js';
import type { TrialRow } from './trial-row.js';

export function renderCsv(rows: readonly TrialRow[]): string {
  const columns = csvColumns(rows);
  return stringify([
    columns.map(({ name }) => cellText(name)),
    ...rows.map((row) => columns.map(({ cell }) => cellText(cell(row)))),
  ]);
}

function cellText(value: Cell): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return FORMULA.test(value) ? `'${value}` : value;
  return typeof value === 'number' && !Number.isFinite(value) ? '' : String(value);
}

/** How formulas begin in Excel, LibreOffice and Google Sheets, which also know them by full-width signs. */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;
