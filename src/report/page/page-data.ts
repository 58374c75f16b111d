/** What the report page is made from: one run, or two that stand side by side, as plain data. */
import { gzipSync } from 'node:zlib';
import type { MergingPicture } from '../merging/merging-picture.js';
import {
  type ReproductionResult,
  type ShownReproduction,
  shownReproduction,
} from '../reference/reproduction-page.js';
import type { KeptSamples, Picture } from '../shown-example.js';
import type { TrialRow } from '../trial-row.js';
import { type GroupMistakes, withKeptSamples } from './mistakes.js';

/** One trial, with what the journal has of it beside its row. */
export interface PageTrial {
  readonly row: TrialRow;
  readonly notes: readonly string[];
  /** Milliseconds of single batches; equal positions were timed in the same round. */
  readonly baselineMs: readonly number[];
  readonly variantMs: readonly number[];
  readonly startedAt: string;
  readonly seconds: number;
}

/** Where the results come from, as far as the page tells it. */
export interface PageProvenance {
  readonly version: string;
  readonly commit: string | null;
  readonly node: string;
  readonly packages: Readonly<Record<string, string>>;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly threads: number | readonly number[];
  readonly loadAtStart: number;
  readonly experimentFile: string;
  readonly experimentText: string;
  readonly seed: number;
  readonly startedAt: string;
  /** Samples of each dataset at most, where the run was told so. */
  readonly limit?: number | null;
}

/** A run as the page shows it. */
export interface PageRun {
  /** What tells it from another run on the same page: its folder. */
  readonly name: string;
  readonly provenance: PageProvenance | null;
  readonly trials: readonly PageTrial[];
  /** JPEG as base64, by key. */
  readonly pictures: Readonly<Record<string, string>>;
  /** What is to be said once of the whole run, in sentences. */
  readonly notes: readonly string[];
  /** What went wrong only after merging, where the outcome of every sample is kept. */
  readonly mistakes: readonly GroupMistakes[];
  /** Pictures of what reductions merge, drawn into the folder of the run. */
  readonly merging: readonly MergingPicture[];
  /** The published table that the run reproduces; null for none. */
  readonly reproduction: ShownReproduction | null;
  /** Trials that the run plans; null where nobody knows. */
  readonly planned: number | null;
}

export interface PageData {
  readonly runs: readonly PageRun[];
  /** Whether somebody serves the page, who can be asked for news. */
  readonly live: boolean;
}

/** Timings that a page carries at most, so that 2,000 trials stay small; a chart of fewer looks the same. */
const MOST_TIMINGS = 60_000;
const [FEWEST_EACH, MOST_EACH] = [15, 200];

/** A run for the page: its timings thinned out, and only those pictures that it shows. */
export function pageRun(
  name: string,
  trials: readonly PageTrial[],
  {
    provenance = null,
    pictures = new Map(),
    notes = [],
    mistakes: bare = [],
    keptOf = () => undefined,
    merging = [],
    reproduction = null,
    planned = null,
  }: {
    readonly provenance?: PageProvenance | null;
    readonly pictures?: ReadonlyMap<string, Picture>;
    readonly notes?: readonly string[];
    readonly mistakes?: readonly GroupMistakes[];
    /** What is kept of the samples that are mistaken. */
    readonly keptOf?: KeptSamples;
    readonly merging?: readonly MergingPicture[];
    readonly reproduction?: ReproductionResult | null;
    readonly planned?: number | null;
  } = {},
): PageRun {
  const each = Math.floor(MOST_TIMINGS / 2 / Math.max(1, trials.length));
  const most = Math.min(MOST_EACH, Math.max(FEWEST_EACH, each));
  const mistakes = withKeptSamples(bare, keptOf);
  const keys = new Set([
    ...trials.flatMap(({ row }) =>
      [...(row.examples ?? []), ...(row.shown ?? [])].map(({ picture }) => picture),
    ),
    ...mistakes.flatMap(({ shown }) => shown.flatMap(({ kept }) => kept?.pictures ?? [])),
  ]);
  return {
    ...{ name, provenance, notes, mistakes, merging, planned },
    reproduction: reproduction && shownReproduction(reproduction),
    trials: trials.map(({ row, notes, baselineMs, variantMs, startedAt, seconds }) => ({
      ...{ row, notes, startedAt, seconds },
      baselineMs: thinned(baselineMs, most),
      variantMs: thinned(variantMs, most),
    })),
    pictures: Object.fromEntries(
      [...keys].flatMap((key) => {
        const picture = pictures.get(key);
        return picture === undefined ? [] : [[key, picture.jpegBase64]];
      }),
    ),
  };
}

/** Rows alone as trials, for a report without a journal. */
export function trialsOfRows(rows: readonly TrialRow[]): PageTrial[] {
  const nothing = { notes: [], baselineMs: [], variantMs: [], startedAt: '', seconds: 0 };
  return rows.map((row) => ({ row, ...nothing }));
}

/** At most `most` values, evenly spaced in the sorted list, its ends among them, with four significant digits. */
function thinned(values: readonly number[], most: number): number[] {
  const rounded = (value: number): number => Number(value.toPrecision(4));
  if (values.length <= most) return values.map(rounded);
  const sorted = Float64Array.from(values).sort();
  return Array.from({ length: most }, (_, at) =>
    rounded(sorted[Math.round((at * (sorted.length - 1)) / (most - 1))]!),
  );
}

/** The data as the page carries them: JSON, gzip, base64. Nothing in a name can end the script that they lie in. */
export function encodePageData(data: PageData): string {
  return gzipSync(JSON.stringify(data), { level: 9 }).toString('base64');
}
