/** The conditions under which every cell of an experiment is measured: each number of threads with each batch size. */
import type { BatchSize } from './measure-options.js';
import type { Experiment } from './schema.js';

/** Variant and baseline are compared under equal conditions alone. */
export interface Conditions {
  /** Left out for as many as there are cores. */
  readonly threads?: number;
  readonly batchSize: BatchSize;
}

/** All of them, each once, in the order of the file: the batch sizes of the first number of threads come first. */
export function conditionsOf({
  engine,
  measure,
}: {
  readonly engine: Pick<Experiment['engine'], 'threads'>;
  readonly measure: Pick<Experiment['measure'], 'batchSize'>;
}): Conditions[] {
  const threads = engine.threads === undefined ? [undefined] : [...new Set([engine.threads].flat())];
  const batchSizes = [...new Set([measure.batchSize].flat())];
  return threads.flatMap((count) =>
    batchSizes.map((batchSize) => (count === undefined ? { batchSize } : { threads: count, batchSize })),
  );
}

/** `threads=2 batchSize=8`: what tells these conditions from the others; empty where there are no others. */
export function conditionsLabel(conditions: Conditions, all: readonly Conditions[]): string {
  const varies = (name: keyof Conditions): boolean => new Set(all.map((other) => other[name])).size > 1;
  const names = (['threads', 'batchSize'] as const).filter(varies);
  return names.map((name) => `${name}=${conditions[name]}`).join(' ');
}
