/**
 * The lines of a journal, and how a damaged one is told from a whole one.
 *
 * One JSON object a line. Each carries a checksum of itself, so that a line cut off, overwritten or altered at any byte is
 * noticed wherever it stands; what it said is then run again.
 */
import { createHash } from 'node:crypto';
import type { Placement } from '../engines/index.js';
import type { KeptSample, KeptSamples, Picture } from '../report/shown-example.js';
import type { TrialRow } from '../report/trial-row.js';
import { isJournalLine } from './journal-line-shape.js';
import type { KeptPredictions } from './predictions-file.js';
import type { Provenance } from './provenance.js';

/** Written when a run begins, also when it goes on with what an earlier one left. */
export interface RunLine {
  readonly kind: 'run';
  readonly provenance: Provenance;
  /** Fingerprints of all trials of the experiment, in its order: what a report shows. */
  readonly trials: readonly string[];
}

/** Written the moment a trial ends. */
export interface TrialLine {
  readonly kind: 'trial';
  readonly fingerprint: string;
  readonly row: TrialRow;
  /** Things worth knowing that make no trial invalid, such as an r that was clipped. */
  readonly notes: readonly string[];
  /** Milliseconds of single batches; equal positions were timed in the same round. */
  readonly baselineMs: readonly number[];
  readonly variantMs: readonly number[];
  /** Where it is kept what became of every sample; absent where nothing was scored, or nothing was to be kept. */
  readonly predictions?: KeptPredictions;
  /** Where the operators ran, how many of each, by device; left out where all run in one place. */
  readonly placement?: Placement;
  readonly startedAt: string;
  readonly seconds: number;
}
/** A picture that trials show, written once before the first of them. */
export interface PictureLine extends Picture {
  readonly kind: 'picture';
}
/** A sample that the report shows apart from trials, written after the last trial of a run. Of several lines on one sample the last counts. */
export interface SampleLine extends KeptSample {
  readonly kind: 'sample';
  /** As rows name it. */
  readonly dataset: string;
  /** Its id there. */
  readonly sample: string;
}
export type JournalLine = RunLine | TrialLine | PictureLine | SampleLine;
/** What a line can be; another kind is of a newer turbo-bench. */
export const LINE_KINDS: readonly string[] = [
  'run',
  'trial',
  'picture',
  'sample',
] satisfies JournalLine['kind'][];

/** A stretch of a journal that cannot be trusted. */
export interface DamagedLine {
  /** From 1. */
  readonly line: number;
  /** Whether it is the end of the file and has no newline: a write that was interrupted. */
  readonly torn: boolean;
}

export interface JournalContent {
  readonly lines: readonly JournalLine[];
  readonly damaged: readonly DamagedLine[];
  /** Bytes up to the end of the last whole line; what follows is to be cut off before anything is appended. */
  readonly wholeBytes: number;
}

const NEWLINE = 0x0a;
const CHECK_DIGITS = 16;

/** One line with its newline. */
export function formatLine(line: JournalLine): string {
  const text = JSON.stringify(line);
  return `${text.slice(0, -1)},"check":"${checksum(text)}"}\n`;
}

/** Reads what can be trusted and names what cannot. Never throws, whatever the bytes are. */
export function parseJournal(bytes: Uint8Array): JournalContent {
  const lines: JournalLine[] = [];
  const damaged: DamagedLine[] = [];
  let start = 0;
  for (let number = 1; start < bytes.length; number++) {
    const end = bytes.indexOf(NEWLINE, start);
    if (end < 0) return { lines, damaged: [...damaged, { line: number, torn: true }], wholeBytes: start };
    const parsed = parseLine(
      Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8'),
    );
    if (parsed === undefined) damaged.push({ line: number, torn: false });
    else lines.push(parsed);
    start = end + 1;
  }
  return { lines, damaged, wholeBytes: start };
}

function parseLine(text: string): JournalLine | undefined {
  const match = /^(.*),"check":"([0-9a-f]+)"\}$/.exec(text);
  if (match === null || match[2] !== checksum(`${match[1]}}`)) return undefined;
  try {
    const line: unknown = JSON.parse(`${match[1]}}`);
    return isJournalLine(line) ? line : undefined;
  } catch {
    return undefined;
  }
}

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, CHECK_DIGITS);
}

/** All pictures by key. */
export function picturesOf(lines: readonly JournalLine[]): Map<string, Picture> {
  return new Map(lines.flatMap((line) => (line.kind === 'picture' ? [[line.key, line]] : [])));
}

/** What samples show of which the journal has a line. */
export function keptSamplesOf(lines: readonly JournalLine[]): KeptSamples {
  const key = (dataset: string, sample: string): string => JSON.stringify([dataset, sample]);
  const known = new Map(
    lines.flatMap((line) =>
      line.kind === 'sample' ? [[key(line.dataset, line.sample), line] as const] : [],
    ),
  );
  return (dataset, sample) => known.get(key(dataset, sample));
}

/** The trials of the last run that have an entry, in the order of the experiment; of several entries the latest. */
export function currentTrials(lines: readonly JournalLine[]): TrialLine[] {
  const latest = new Map<string, TrialLine>();
  for (const line of lines) if (line.kind === 'trial') latest.set(line.fingerprint, line);
  const run = lines.findLast((line) => line.kind === 'run');
  const order = run === undefined ? [...latest.keys()] : run.trials;
  return order.flatMap((fingerprint) => latest.get(fingerprint) ?? []);
}
