/** results.csv: one line per trial, RFC 4180, full precision, empty where nothing was measured. */
import { stringify } from 'csv-stringify/sync';
import { type Cell, csvColumns } from './csv-columns.js';
import type { TrialRow } from './trial-row.js';

export function renderCsv(rows: readonly TrialRow[]): string {
  const columns = csvColumns(rows);
  return stringify([
    columns.map(({ name }) => name),
    ...rows.map((row) => columns.map(({ cell }) => cellText(cell(row)))),
  ]);
}

function cellText(value: Cell): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'number' && !Number.isFinite(value) ? '' : String(value);
}
