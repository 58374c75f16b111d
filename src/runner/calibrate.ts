/** Finds the ranges of what goes into the dense layers of an image encoder, by running it in float32 on samples of a task. */
import { type Engine, type SessionOptions, tensorData } from '../engines/index.js';
import { TurboError } from '../errors/turbo-error.js';
import type { ReductionChoice } from '../experiment/expand.js';
import type { ImagePool } from '../images/image-pool.js';
import { type ImageSample, prefetchBatches } from '../images/prefetch.js';
import type { Model } from '../models/model.js';
import type { Precision } from '../precision/precision.js';
import { collectRanges, type Ranges, withRanges } from '../precision/ranges.js';
import type { ReductionSpec } from '../reduction/registry.js';

export interface CalibrationSetting {
  readonly model: Model;
  readonly engine: Engine;
  readonly session: SessionOptions;
  readonly pool: ImagePool;
  readonly outputs: readonly string[];
  /** Images of the dataset, in its order. */
  readonly samples: readonly ImageSample[];
  /** How many of them are run, evenly spread. */
  readonly count: number;
}

/** Small, so that the extra outputs need little memory. */
const BATCH = 8;
/** Merging only averages what the unreduced model computes, so its ranges hold for every reduction. */
const UNREDUCED: ReductionChoice = { method: 'none' };

/** @throws TurboError when no sample can be read */
export async function calibrate(setting: CalibrationSetting): Promise<Ranges> {
  const { model, engine, session: options, pool, outputs, samples, count } = setting;
  const { imageHeight, imageWidth, channels } = model.encoder;
  const { graph } = model.buildVision({ reduction: UNREDUCED as ReductionSpec, outputs });
  const session = await engine.createSession(withRanges(graph), options);
  const found = collectRanges();
  let seen = 0;
  try {
    for await (const { indices, pixels } of prefetchBatches(spread(samples, count), pool, {
      batchSize: BATCH,
    })) {
      if (indices.length === 0) continue;
      const shape = [indices.length, channels, imageHeight, imageWidth];
      found.add(await session.run({ pixel_values: tensorData(pixels, shape) }));
      seen += indices.length;
    }
  } finally {
    await session.release();
  }
  if (seen > 0) return found.ranges();
  throw new TurboError(
    'int8-static needs samples to find its ranges on, and the task has none that can be read',
    {
      value: samples.length,
      where: 'engine.precision',
      next: 'Give the task a dataset with images, or take int8-dynamic.',
    },
  );
}

/** What runs in a precision where no ranges are known: texts and decoders find theirs as they go. */
export function withoutRanges(precision: Precision): Precision {
  return precision === 'int8-static' ? 'int8-dynamic' : precision;
}

/** `count` of the values, the first one and then evenly spread; all of them where there are no more. */
export function spread<Value>(values: readonly Value[], count: number): Value[] {
  if (values.length <= count) return [...values];
  return Array.from({ length: count }, (_, at) => values[Math.floor((at * values.length) / count)]!);
}
