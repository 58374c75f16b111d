/** The files of a report: results.csv, tables.md, and every chart as Vega-Lite, SVG and PNG. All come from the rows alone. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode, TurboError } from '../errors/turbo-error.js';
import { type ChartChoice, chosenCharts } from './charts/registry.js';
import { renderCsv } from './csv.js';
import { renderPng, renderSvg } from './render.js';
import { renderTables } from './tables.js';
import type { TrialRow } from './trial-row.js';

export interface ReportOptions {
  charts?: ChartChoice;
}

/** Paths of what was written, relative to the folder, in the order of writing. */
export interface ReportFiles {
  files: readonly string[];
  /** Charts that were asked for by name and had no data, with what they need. */
  missingCharts: readonly { name: string; needs: string }[];
}

/**
 * Writes the report of these rows into `folder`, and removes charts of an earlier report that are no longer drawn.
 *
 * @throws TurboError when the folder cannot be written or a chart name is unknown
 */
export async function renderReport(
  rows: readonly TrialRow[],
  folder: string,
  { charts = 'default' }: ReportOptions = {},
): Promise<ReportFiles> {
  const definitions = chosenCharts(charts);
  const drawn = definitions.map((definition) => ({ definition, drawings: definition.draw(rows) }));
  const files: [name: string, content: string | Buffer][] = [
    ['results.csv', renderCsv(rows)],
    ['tables.md', renderTables(rows)],
  ];
  for (const { file, spec } of drawn.flatMap(({ drawings }) => drawings)) {
    const svg = await renderSvg(spec);
    files.push([`charts/${file}.vl.json`, `${JSON.stringify(spec, null, 2)}\n`]);
    files.push([`charts/${file}.svg`, svg]);
    files.push([`charts/${file}.png`, await renderPng(svg)]);
  }
  await writeAll(folder, files);
  const missing = typeof charts === 'string' ? [] : drawn.filter(({ drawings }) => drawings.length === 0);
  return {
    files: files.map(([name]) => name),
    missingCharts: missing.map(({ definition: { name, needs } }) => ({ name, needs })),
  };
}

async function writeAll(
  folder: string,
  files: readonly [name: string, content: string | Buffer][],
): Promise<void> {
  try {
    await mkdir(join(folder, 'charts'), { recursive: true });
    const kept = new Set(files.map(([name]) => name));
    for (const name of await readdir(join(folder, 'charts'))) {
      const isChart = /\.(vl\.json|svg|png)$/.test(name);
      if (isChart && !kept.has(`charts/${name}`)) await rm(join(folder, 'charts', name));
    }
    for (const [name, content] of files) await writeFile(join(folder, name), content);
  } catch (thrown) {
    throw unwritable(folder, thrown);
  }
}

function unwritable(folder: string, thrown: unknown): unknown {
  const next =
    'Give a folder that can be written with --out, then run `turbo-bench report` again; the journal is kept.';
  switch (systemCode(thrown)) {
    case 'ENOSPC':
      return new TurboError('The disk is full; the report is not complete', {
        where: folder,
        next,
        cause: thrown,
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'EEXIST':
      return new TurboError('The report cannot be written there', { where: folder, next, cause: thrown });
    default:
      return thrown;
  }
}
