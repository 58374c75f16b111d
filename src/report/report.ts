/** The files of a report: results.csv, tables.md, report.html, every chart as Vega-Lite, SVG and PNG, and sheets of samples or pictures. All come from the rows and their pictures alone. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode, TurboError } from '../errors/turbo-error.js';
import { type ChartChoice, chosenCharts } from './charts/registry.js';
import { contactSheet } from './contact-sheet.js';
import { renderCsv } from './csv.js';
import { distinctNames } from './distinct-names.js';
import type { MergingPicture } from './merging/merging-picture.js';
import type { GroupMistakes } from './page/mistakes.js';
import { PAGE_FILE, renderPage } from './page/page.js';
import { type PageProvenance, type PageTrial, pageRun, trialsOfRows } from './page/page-data.js';
import {
  REPRODUCTION_FILE,
  type ReproductionResult,
  reproductionPage,
} from './reference/reproduction-page.js';
import { renderPng, renderSvg } from './render.js';
import { sampleSheet } from './sample-sheet.js';
import type { KeptSamples, Picture } from './shown-example.js';
import { renderTables } from './tables.js';
import { groupTrials } from './trial-groups.js';
import type { TrialRow } from './trial-row.js';

export interface ReportOptions {
  charts?: ChartChoice;
  /** Pictures that the rows' examples name, by key. */
  pictures?: ReadonlyMap<string, Picture>;
  /** What is to be said once of the whole run, in sentences. */
  notes?: readonly string[];
  /** What the page shows beside the rows: timings of the trials, in the same order, and where they come from. */
  trials?: readonly PageTrial[];
  provenance?: PageProvenance | null;
  mistakes?: readonly GroupMistakes[];
  /** What is kept of the samples that are mistaken. */
  keptOf?: KeptSamples;
  /** What reductions merge in pictures, for the page alone. */
  merging?: readonly MergingPicture[];
  /** The published table that the run reproduces. */
  reproduction?: ReproductionResult | null;
}

/** Where charts and sample sheets lie; files of an earlier report are removed there. */
const DRAWN = ['charts', 'samples'];

/** Paths of what was written, relative to the folder, in the order of writing. */
export interface ReportFiles {
  files: readonly string[];
  /** Charts that were asked for by name and had no data, with what they need. */
  missingCharts: readonly { name: string; needs: string }[];
}

/**
 * Writes the report of these rows into `folder`, and removes charts and sample sheets of an earlier report that are no longer drawn.
 *
 * @throws TurboError when the folder cannot be written or a chart name is unknown
 */
export async function renderReport(
  rows: readonly TrialRow[],
  folder: string,
  {
    charts = 'default',
    pictures = new Map(),
    notes = [],
    trials = trialsOfRows(rows),
    provenance = null,
    mistakes = [],
    keptOf = () => undefined,
    merging = [],
    reproduction = null,
  }: ReportOptions = {},
): Promise<ReportFiles> {
  const definitions = chosenCharts(charts);
  const drawn = definitions.map((definition) => ({ definition, drawings: definition.draw(rows) }));
  const name = rows[0]?.experiment ?? 'an empty run';
  const shown = trials.map((trial, at) => ({ ...trial, row: rows[at] ?? trial.row }));
  const run = pageRun(name, shown, { provenance, pictures, notes, mistakes, keptOf, merging, reproduction });
  const files: [name: string, content: string | Buffer][] = [
    ['results.csv', renderCsv(rows)],
    ['tables.md', renderTables(rows, notes)],
    [PAGE_FILE, await renderPage({ runs: [run], live: false })],
  ];
  if (reproduction !== null) files.push([REPRODUCTION_FILE, reproductionPage(reproduction)]);
  for (const { file, spec } of drawn.flatMap(({ drawings }) => drawings)) {
    const svg = await renderSvg(spec);
    files.push([`charts/${file}.vl.json`, `${JSON.stringify(spec, null, 2)}\n`]);
    files.push([`charts/${file}.svg`, svg]);
    files.push([`charts/${file}.png`, await renderPng(svg)]);
  }
  const groups = groupTrials(rows);
  const names = distinctNames(groups.map(({ slug }) => slug));
  for (const [at, group] of groups.entries()) {
    const svg = sampleSheet(group, pictures) ?? contactSheet(group, pictures);
    if (svg === undefined) continue;
    files.push([`samples/${names[at]}.svg`, svg]);
    files.push([`samples/${names[at]}.png`, await renderPng(svg)]);
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
    const names = files.map(([name]) => name);
    await mkdir(folder, { recursive: true });
    for (const drawn of DRAWN) await removeOthers(folder, drawn, names);
    for (const [name, content] of files) await writeFile(join(folder, name), content);
  } catch (thrown) {
    throw unwritable(folder, thrown);
  }
}

/** Makes the folder where a file goes into it, and removes drawings that are not among `names`. */
async function removeOthers(folder: string, drawn: string, names: readonly string[]): Promise<void> {
  const kept = names.filter((name) => name.startsWith(`${drawn}/`));
  if (kept.length > 0) await mkdir(join(folder, drawn), { recursive: true });
  const present = await readdir(join(folder, drawn)).catch(() => []);
  for (const name of present) {
    const isDrawing = /\.(vl\.json|svg|png)$/.test(name);
    if (isDrawing && !kept.includes(`${drawn}/${name}`)) await rm(join(folder, drawn, name));
  }
}

function unwritable(folder: string, thrown: unknown): unknown {
  const again = `turbo-bench report ${folder}; the journal is kept.`;
  const next =
    'Give a folder that can be written with --out, then run `turbo-bench report` again; the journal is kept.';
  switch (systemCode(thrown)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new TurboError('The disk is full; the report is not complete', {
        ...{ where: folder, next: `Free some space, then: ${again}`, cause: thrown },
      });
    case 'EFBIG':
      return new TurboError('A file of the report may not become that large; the report is not complete', {
        ...{ where: folder, next: `Raise the limit (ulimit -f), then: ${again}`, cause: thrown },
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'EEXIST':
    case 'EISDIR':
      return new TurboError('The report cannot be written there', { where: folder, next, cause: thrown });
    default:
      return thrown;
  }
}
