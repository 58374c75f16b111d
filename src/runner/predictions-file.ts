/**
 * What became of every sample of a trial, kept beside the journal for later comparisons: one JSON object a line, compressed.
 *
 * `predictions/<trial>.jsonl.gz` is written before the trial's line in the journal, which names it with its digest. It is needed for comparisons alone: a file that
 * is missing or was altered is told of there and nowhere else.
 */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { writeCompleteFile } from '../checkpoints/complete-file.js';
import { systemCode, TurboError } from '../errors/turbo-error.js';
import type { SampleOutcome } from '../metrics/sample-outcome.js';
import { diskError } from './journal.js';

/** The folder of all predictions in that of the report. */
export const PREDICTIONS = 'predictions';

/** Bytes of one sample's line at most: a compressed file can claim to hold anything. */
const LONGEST_LINE_BYTES = 1 << 16;
const LONGEST_BYTES = 2 ** 30;
/** The name that predictions are written under, and no other place. */
const OWN_FILE = /^predictions\/[A-Za-z0-9_-]+\.jsonl\.gz$/;

const Outcomes: z.ZodType<SampleOutcome[]> = z.array(
  z.looseObject({
    sample: z.string(),
    label: z.union([z.string(), z.boolean()]).exactOptional(),
    predicted: z.union([z.string(), z.boolean()]).exactOptional(),
    rank: z.number().exactOptional(),
    captionRanks: z.array(z.number()).exactOptional(),
    said: z.string().exactOptional(),
    cider: z.number().exactOptional(),
    vqaAccuracy: z.number().exactOptional(),
    prompt: z.string().exactOptional(),
    clipScore: z.number().exactOptional(),
    zeroShotRank: z.number().exactOptional(),
  }),
);

/** What the journal says of a predictions file. */
export interface KeptPredictions {
  /** Relative to the report folder, with slashes. */
  readonly file: string;
  /** Of the file as it lies there. */
  readonly sha256: string;
  readonly samples: number;
}

/** @param folder of the report @param trial short id @throws TurboError when it cannot be written */
export async function writePredictions(
  folder: string,
  trial: string,
  outcomes: readonly SampleOutcome[],
): Promise<KeptPredictions> {
  const bytes = gzipSync(outcomes.map((outcome) => `${JSON.stringify(outcome)}\n`).join(''), { level: 9 });
  const file = `${PREDICTIONS}/${trial}.jsonl.gz`;
  try {
    mkdirSync(join(folder, PREDICTIONS), { recursive: true });
  } catch (cause) {
    throw diskError('Cannot write predictions', folder, cause);
  }
  await writeCompleteFile(join(folder, file), [bytes], 'Cannot write predictions');
  return { file, sha256: sha256(bytes), samples: outcomes.length };
}

/** @throws TurboError when the file is missing, or is not the one that the journal means */
export async function readPredictions(
  folder: string,
  { file, sha256: expected, samples }: KeptPredictions,
): Promise<SampleOutcome[]> {
  const path = join(folder, file);
  if (!OWN_FILE.test(file)) throw lost('The journal names predictions in another place than theirs', path);
  const bytes = await readFile(path).catch((cause: unknown) => {
    const isMissing = systemCode(cause) === 'ENOENT';
    throw lost(isMissing ? 'Predictions of a trial are missing' : 'Cannot read predictions', path, cause);
  });
  if (sha256(bytes) !== expected)
    throw lost('Predictions of a trial are not those that its journal means', path);
  try {
    const text = gunzipSync(bytes, { maxOutputLength: longestContent(samples) });
    const lines = text.toString('utf8').trimEnd().split('\n');
    return Outcomes.parse(JSON.parse(`[${lines.join(',')}]`));
  } catch (cause) {
    throw lost('Predictions of a trial are not what such a file holds', path, cause);
  }
}

function longestContent(samples: number): number {
  return Math.floor(Math.max(1, Math.min(samples * LONGEST_LINE_BYTES, LONGEST_BYTES)));
}

function lost(what: string, where: string, cause?: unknown): TurboError {
  return new TurboError(what, {
    where,
    next: 'Bring the file back, or run the experiment again with --fresh; all other results are good without it.',
    ...(cause === undefined ? {} : { cause }),
  });
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
