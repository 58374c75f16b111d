/**
 * The key of a trial: a hash of everything that can change its result, so that a journal can say what need not run again.
 */
import { createHash } from 'node:crypto';
import { FULL_PRECISION } from '../precision/precision.js';
import { canonicalJson } from './canonical-json.js';
import type { Trial } from './expand.js';
import type { BatchSize, EngineOptions, MeasureOptions } from './measure-options.js';
import { SCHEMA_VERSION } from './schema.js';

/** What a result depends on besides the trial itself. */
export interface TrialCircumstances {
  /** Version of turbo-bench. */
  readonly version: string;
  readonly seed: number;
  readonly limit: number | null;
  readonly onBadSample: 'fail' | 'skip';
  /** The batch size is that of the trial, as the experiment asks for it. */
  readonly measure: Omit<MeasureOptions, 'batchSize'> & { readonly batchSize: BatchSize };
  /** The precision is that of the trial. */
  readonly engine: Omit<EngineOptions, 'threads' | 'precision' | 'calibrationSamples'> & {
    readonly threads: number;
    readonly version: string;
  };
  /** Of int8-static. */
  readonly calibrationSamples?: number;
  /** Of the checkpoint, or of the configuration where the weights are random. */
  readonly modelDigest: string;
  /** Of the data, null for a task without. */
  readonly datasetDigest: string | null;
}

/** 64 hexadecimal digits. The name of a model is a label and does not count; float32 goes without saying, as it did before there was another precision. */
export function fingerprintOf(
  trial: Trial,
  { calibrationSamples, ...circumstances }: TrialCircumstances,
): string {
  const { name: _, ...model } = trial.model;
  const { precision } = trial;
  const key = {
    schema: SCHEMA_VERSION,
    ...circumstances,
    model,
    task: trial.task,
    reduction: trial.reduction,
    ...(precision === FULL_PRECISION ? {} : { precision }),
    ...(precision === 'int8-static' ? { calibrationSamples } : {}),
  };
  return createHash('sha256').update(canonicalJson(key)).digest('hex');
}

const SHORTEST_ID = 8;

/** The shortest common length of prefixes, at least 8 digits, that still tells the fingerprints apart. */
export function shortIds(fingerprints: readonly string[]): string[] {
  const distinct = new Set(fingerprints).size;
  let length = SHORTEST_ID;
  while (length < 64 && new Set(fingerprints.map((print) => print.slice(0, length))).size < distinct)
    length++;
  return fingerprints.map((print) => print.slice(0, length));
}
