/** Runs one variant as a trial does, as an accuracy pass, and with every input twice, for the audits. */
import { prefetchBatches } from '../images/prefetch.js';
import type { AuditFindings } from '../measure/audit.js';
import { timeInterleaved } from '../measure/interleaved.js';
import type { Metrics } from '../tasks/task.js';
import { type FeedBatch, feedBatches, wholeSamples } from './batch-feed.js';
import { compareDigests, digesting, type OutputDigests } from './output-digests.js';
import { feedsOf, runReferences, runTrial, type TrialEquipment, type TrialVariant } from './run-trial.js';

/** What is added to the first number of an image for each batch that was run before, so that no input comes twice by itself. */
const NUDGE = 1e-4;

/** @param untimed the same variant in sessions of its own, for the accuracy pass */
export async function auditTrial(equipment: TrialEquipment, untimed: TrialVariant): Promise<AuditFindings> {
  const { task } = equipment;
  const timed = digesting(task.start());
  const { metrics } = await runTrial({ ...equipment, task: { ...task, start: () => timed.scoring } });
  const pass = await accuracyPass({ ...equipment, variant: untimed });
  return {
    ...compareDigests(timed.digests, pass.digests),
    timedMetrics: metrics,
    untimedMetrics: pass.metrics,
    ...(await repeatedInputs(equipment)),
  };
}

/** Every sample once, in order, nothing timed; in the batches of the timed passes, because sums depend on their order. */
async function accuracyPass(
  equipment: TrialEquipment,
): Promise<{ readonly metrics: Metrics; readonly digests: OutputDigests }> {
  const { task, variant, pool, batchSize, image } = equipment;
  const { imagesPerSample = 1 } = task;
  const { scoring, digests } = digesting(task.start());
  await runReferences(equipment, (positions, outputs) => scoring.addReference(positions, outputs));
  const batches = prefetchBatches(task.samples, pool, { batchSize: batchSize * imagesPerSample });
  for await (const decoded of batches) {
    const batch = wholeSamples(decoded, imagesPerSample);
    if (batch.indices.length === 0) continue;
    const encoded = await variant.encoder.run(feedsOf(batch, image));
    const read = (await variant.textSide?.run(batch.indices, encoded)) ?? {};
    scoring.add(batch.indices, { ...encoded, ...read });
  }
  if (variant.textSide !== null) await scoring.settle?.(variant.textSide);
  return { metrics: scoring.score(), digests };
}

/** Batches that no session has seen, each run twice in a row. */
async function repeatedInputs({
  task,
  variant,
  pool,
  batchSize,
  image,
  timing,
  now,
}: TrialEquipment): Promise<Pick<AuditFindings, 'firstMs' | 'againMs'>> {
  const feed = feedBatches(task.samples, pool, batchSize, task.imagesPerSample);
  let batch: FeedBatch | undefined;
  let served = 0;
  const beforeRound = async (): Promise<void> => {
    do {
      batch = (await feed.next()).value as FeedBatch | undefined;
      // The timed passes before this one have found a batch.
      if (batch === undefined) throw new Error('the samples have come to an end');
    } while (batch.indices.length === 0);
    served++;
    const width = batch.pixels.length / batch.indices.length;
    for (let at = 0; at < batch.pixels.length; at += width) batch.pixels[at]! += served * NUDGE;
  };
  const run = async (): Promise<void> => {
    const encoded = await variant.encoder.run(feedsOf(batch!, image));
    await variant.textSide?.run(batch!.indices, encoded);
  };
  try {
    const [firstMs, againMs] = await timeInterleaved([{ run }, { run }], now, { ...timing, beforeRound });
    return { firstMs: firstMs!, againMs: againMs! };
  } finally {
    await feed.return(undefined);
  }
}
