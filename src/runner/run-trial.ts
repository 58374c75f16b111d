/**
 * One trial: a variant beside its baseline, timed in turn on the same batches, and scored on what the timed passes returned.
 *
 * What a task does behind the image encoder is timed apart from it. When both have been timed long enough, the variant alone runs the samples that are left.
 */
import { type Session, tensorData } from '../engines/index.js';
import { TurboError } from '../errors/turbo-error.js';
import type { ImagePool } from '../images/image-pool.js';
import { type BadSample, prefetchBatches } from '../images/prefetch.js';
import type { Now } from '../measure/clock.js';
import { type Contestant, summedRounds, type TimingBounds, timeInterleaved } from '../measure/interleaved.js';
import { timingError } from '../measure/timing-error.js';
import { countNonFinite } from '../measure/validity.js';
import type { SampleOutcome } from '../metrics/sample-outcome.js';
import type { ImageSide } from '../models/config.js';
import { TOKEN_SIZES } from '../models/network.js';
import type { Example } from '../tasks/examples.js';
import type { Metrics, Outputs, PreparedTask, TextSide } from '../tasks/task.js';
import { brokenSamples, type FeedBatch, feedBatches, wholeSamples } from './batch-feed.js';

/** A variant, ready to run: its image encoder, and what the task does behind it. */
export interface TrialVariant {
  readonly encoder: Session;
  readonly textSide: TextSide | null;
}

/** What a trial runs on. */
export interface TrialEquipment {
  readonly task: PreparedTask;
  readonly variant: TrialVariant;
  /** Null when the variant is the baseline itself. */
  readonly baseline: TrialVariant | null;
  /** Images for the timed passes and the scoring; may remember them. */
  readonly pool: ImagePool;
  readonly image: ImageSide & { readonly channels: number };
  /** Sum that the sizes of every image's tokens must have; null where the method drops tokens or the model does not tell. */
  readonly tokenMass: number | null;
  readonly timing: TimingBounds;
  readonly batchSize: number;
  readonly now: Now;
  /** Told when warm-up and timing begin and when they end. */
  readonly watch?: { begin(): void; end(): void };
  readonly onProgress?: (done: number, total: number) => void;
}

/** What was seen, before it is judged. */
export interface TrialObservation {
  /** Of one batch; equal positions of the two were timed in the same round. Empty for the baseline's own trial. */
  readonly baselineMs: readonly number[];
  readonly variantMs: readonly number[];
  /** The part of each that the text side took; empty for a task without one. */
  readonly baselineTextMs: readonly number[];
  readonly variantTextMs: readonly number[];
  /** Images in each timed batch. */
  readonly timedBatchSize: number;
  readonly sampleCount: number;
  readonly predictionCount: number;
  readonly badSamples: readonly BadSample[];
  readonly nonFiniteOutputs: number;
  /** Token mass of the image that is furthest from what it must be; null when it was not asked for. */
  readonly worstTokenMass: number | null;
  readonly metrics: Metrics;
  /** What became of every sample; absent for a task that scores nothing. */
  readonly outcomes?: readonly SampleOutcome[];
  /** What was said about a few samples; empty for a task that says nothing in words. */
  readonly examples: readonly Example[];
}

export async function runTrial(equipment: TrialEquipment): Promise<TrialObservation> {
  const { task, variant, baseline, now, timing } = equipment;
  const scoring = task.start();
  const health = outputHealth(equipment.tokenMass);
  await runReferences(equipment, (positions, outputs) => {
    health.check(outputs);
    scoring.addReference(positions, outputs);
  });

  const { imagesPerSample = 1 } = task;
  const feed = feedBatches(task.samples, equipment.pool, equipment.batchSize, imagesPerSample);
  const bad = new Map<number, BadSample>();
  const timedBatchSize = Math.min(equipment.batchSize * imagesPerSample, task.samples.length);
  let batch: FeedBatch | undefined;
  let outputs: Outputs | undefined;
  let metFullBatch = false;

  const record = (): void => {
    if (batch === undefined || outputs === undefined) return;
    health.check(outputs);
    scoring.add(batch.indices, outputs);
    equipment.onProgress?.(scoring.count(), task.samples.length);
    outputs = undefined;
  };
  const nextBatch = async (): Promise<FeedBatch> => {
    record();
    const { value } = await feed.next();
    if (value === undefined) throw nothingReadable(bad);
    for (const sample of (value as FeedBatch).bad) bad.set(sample.index, sample);
    return value as FeedBatch;
  };
  /** The two halves of a pass, timed apart; the second keeps what the first returned. */
  const passOf = ({ encoder, textSide }: TrialVariant, keep: (outputs: Outputs) => void): Contestant[] => {
    let encoded: Outputs = {};
    const encode = async (): Promise<void> => {
      encoded = await encoder.run(feedsOf(batch!, equipment.image));
      keep(encoded);
    };
    if (textSide === null) return [{ run: encode }];
    const read = async (): Promise<void> => {
      keep({ ...encoded, ...(await textSide.run(batch!.indices, encoded)) });
    };
    return [{ run: encode }, { run: read }];
  };
  const variantPass = passOf(variant, (result) => {
    outputs = result;
  });
  const baselinePass = baseline === null ? [] : passOf(baseline, () => {});
  const runVariant = async (): Promise<void> => {
    for (const { run } of variantPass) await run();
  };
  /** The next batch of full size; smaller ones on the way are run without being timed. */
  const nextFullBatch = async (): Promise<void> => {
    for (batch = await nextBatch(); batch.indices.length < timedBatchSize; batch = await nextBatch()) {
      if (batch.round > 0 && !metFullBatch) throw noFullBatch(timedBatchSize, bad);
      if (batch.indices.length > 0 && batch.round === 0) await runVariant();
    }
    metFullBatch = true;
  };

  const split = (durations: readonly number[][]) => ({
    ofBaseline: durations.slice(0, baselinePass.length),
    ofVariant: durations.slice(baselinePass.length),
  });
  equipment.watch?.begin();
  const durations = await timeInterleaved([...baselinePass, ...variantPass], now, {
    ...timing,
    beforeRound: nextFullBatch,
    relativeError(soFar) {
      const { ofBaseline, ofVariant } = split(soFar);
      return timingError(summedRounds(ofBaseline), summedRounds(ofVariant));
    },
  });
  equipment.watch?.end();
  const { ofBaseline, ofVariant } = split(durations);
  while (batch!.round === 0) {
    batch = await nextBatch();
    if (batch.round === 0 && batch.indices.length > 0) await runVariant();
  }
  record();
  await feed.return(undefined);
  if (variant.textSide !== null) await scoring.settle?.(variant.textSide);
  return {
    baselineMs: summedRounds(ofBaseline),
    variantMs: summedRounds(ofVariant),
    baselineTextMs: ofBaseline[1] ?? [],
    variantTextMs: ofVariant[1] ?? [],
    timedBatchSize,
    sampleCount: task.samples.length / imagesPerSample - brokenSamples(bad.keys(), imagesPerSample).size,
    predictionCount: scoring.count(),
    badSamples: [...bad.values()],
    nonFiniteOutputs: health.nonFinite(),
    worstTokenMass: health.worstTokenMass(),
    metrics: scoring.score(),
    outcomes: scoring.outcomes?.() ?? [],
    examples: scoring.examples?.() ?? [],
  };
}

/**
 * Images per second with decoding and preprocessing, once the pipeline is filled.
 *
 * @param pool remembers nothing
 */
export async function endToEndThroughput(
  { task, variant, batchSize, image, now }: TrialEquipment,
  pool: ImagePool,
  seconds: number,
): Promise<number | null> {
  let start: number | undefined;
  let images = 0;
  const { imagesPerSample = 1 } = task;
  for await (const decoded of prefetchBatches(task.samples, pool, {
    batchSize: batchSize * imagesPerSample,
  })) {
    const batch = wholeSamples(decoded, imagesPerSample);
    if (batch.indices.length > 0) {
      const encoded = await variant.encoder.run(feedsOf(batch, image));
      await variant.textSide?.run(batch.indices, encoded);
    }
    if (start === undefined) start = now();
    else images += batch.indices.length;
    if (images > 0 && now() - start >= seconds * 1000) break;
  }
  const elapsedMs = now() - (start ?? now());
  return images > 0 && elapsedMs > 0 ? (1000 * images) / elapsedMs : null;
}

/** What the scoring is to know before the samples. */
export async function runReferences(
  { task, variant, pool, batchSize, image }: TrialEquipment,
  add: (positions: readonly number[], outputs: Outputs) => void,
): Promise<void> {
  for await (const batch of prefetchBatches(task.references, pool, { batchSize }))
    if (batch.indices.length > 0) add(batch.indices, await variant.encoder.run(feedsOf(batch, image)));
}

export function feedsOf(batch: Pick<FeedBatch, 'indices' | 'pixels'>, image: TrialEquipment['image']) {
  const shape = [batch.indices.length, image.channels, image.height, image.width];
  return { pixel_values: tensorData(batch.pixels, shape) };
}

/** Looks at every output that is scored: are its numbers finite, do the token sizes add up? */
function outputHealth(tokenMass: number | null) {
  let nonFinite = 0;
  let worst: number | null = null;
  return {
    check(outputs: Outputs): void {
      for (const { data } of Object.values(outputs))
        if (data instanceof Float32Array) nonFinite += countNonFinite(data);
      const sizes = outputs[TOKEN_SIZES];
      if (tokenMass === null || sizes === undefined) return;
      const images = sizes.shape[0]!;
      const tokens = sizes.data.length / images;
      for (let image = 0; image < images; image++) {
        let sum = 0;
        for (let token = 0; token < tokens; token++) sum += Number(sizes.data[image * tokens + token]);
        if (worst === null || Math.abs(sum - tokenMass) > Math.abs(worst - tokenMass)) worst = sum;
      }
    },
    nonFinite: () => nonFinite,
    worstTokenMass: () => worst,
  };
}

function nothingReadable(bad: ReadonlyMap<number, BadSample>): TurboError {
  const first = bad.values().next().value;
  return new TurboError('No image of the dataset can be read', {
    where: first?.id ?? 'the dataset is empty',
    ...(first === undefined ? {} : { value: first.reason }),
    next: 'Check the dataset: turbo-bench list datasets says how it must look.',
  });
}

function noFullBatch(size: number, bad: ReadonlyMap<number, BadSample>): TurboError {
  return new TurboError('Too many images cannot be read: no batch is complete', {
    value: `${bad.size} bad images`,
    where: bad.values().next().value?.id ?? '',
    allowed: `one batch of ${size} readable images at least`,
    next: 'Repair the named images, or lower measure.batchSize.',
  });
}
