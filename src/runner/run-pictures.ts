/**
 * One trial that makes pictures: a variant beside its baseline, timed in turn on the same batches, then each alone for the pictures that are left.
 *
 * Text encoder, start, denoising and decoding are timed apart. A picture is always made in the same batch, so that it is the same to the bit
 * whenever it is made; what a run that was interrupted has made and timed is not made and timed again. A trial that is repeated keeps its pictures
 * and is timed anew.
 */
import { z } from 'zod';
import { pickRows, type TensorData } from '../engines/index.js';
import { pictureOfValues } from '../images/decoded-values.js';
import type { Now } from '../measure/clock.js';
import { type Contestant, summedRounds, type TimingBounds, timeInterleaved } from '../measure/interleaved.js';
import { timingError } from '../measure/timing-error.js';
import { countNonFinite } from '../measure/validity.js';
import type { Denoiser } from '../models/stable-diffusion/denoiser.js';
import type { PictureBatch, PictureMaker } from '../tasks/diffusion/picture-maker.js';
import type { PictureFolder } from './picture-folder.js';
import type { TimedWindow } from './timed-window.js';

/** A variant: its U-Net, and where its pictures go. */
export interface PictureVariant {
  readonly denoiser: Denoiser;
  readonly folder: PictureFolder;
}

export interface PictureTrialEquipment {
  readonly maker: PictureMaker;
  readonly count: number;
  readonly variant: PictureVariant;
  /** Null when the variant is the baseline itself. */
  readonly baseline: PictureVariant | null;
  readonly timing: TimingBounds;
  readonly batchSize: number;
  readonly now: Now;
  /** Told when warm-up and timing begin and when they end; not when an interrupted run has timed them, whose findings are kept with its times. */
  readonly window?: Pick<TimedWindow, 'watch' | 'seen'>;
  /** Whether times that lie beside the pictures are of an earlier result, and not of a run that was interrupted before it had one. */
  readonly timesAnew?: boolean;
  readonly onProgress?: (done: number, total: number) => void;
}

const Durations = z.array(z.number());
/** Milliseconds of the parts of every timed batch; equal positions are of one batch. */
export const PartTimes = z.strictObject({
  textMs: Durations,
  /** Noise, or in image-to-image the encoding of the pictures. */
  startMs: Durations,
  denoisingMs: Durations,
  decodingMs: Durations,
});
export type PartTimes = z.infer<typeof PartTimes>;

/** Equal positions of baseline and variant were timed in the same round. */
export const PictureTiming = z.strictObject({
  batchSize: z.int().min(1),
  baseline: PartTimes.nullable(),
  variant: PartTimes,
  /** While these were timed. */
  seen: z.strictObject({ clockBackMs: z.number().optional(), otherLoad: z.number().optional() }),
});
export type PictureTiming = z.infer<typeof PictureTiming>;

const PARTS = 4;

/** Makes all pictures of the variant, and those of the baseline that are missing. */
export async function runPictureTrial(equipment: PictureTrialEquipment): Promise<PictureTiming> {
  const { maker, variant, baseline, count, now, timing, onProgress } = equipment;
  const batches = batchesOf(count, equipment.batchSize);
  const batchSize = batches[0]!.length;
  const kept = PictureTiming.safeParse(equipment.timesAnew ? undefined : await variant.folder.timing());
  const runs = [...(baseline === null ? [] : [baseline]), variant].map((one) => runOf(one, equipment));
  const progress = (): void => onProgress?.(variant.folder.size(), count);

  let timed = kept.success && kept.data.batchSize === batchSize ? kept.data : undefined;
  if (timed === undefined) {
    const feed = feedOf(batches, (batch) => isMissing(batch, variant.folder));
    let batch: PictureBatch | undefined;
    const save = async (): Promise<void> => {
      if (batch === undefined) return;
      for (const run of runs) await run.save(batch.positions);
      progress();
    };
    /** Saves what the round before made, and says what is made next. */
    const next = async (): Promise<void> => {
      await save();
      batch = await maker.load(feed());
    };
    equipment.window?.watch.begin();
    const contestants = runs.flatMap((run) => run.parts(() => batch!));
    const durations = await timeInterleaved(contestants, now, {
      ...timing,
      beforeRound: next,
      relativeError(soFar) {
        const ofBaseline = soFar.slice(0, soFar.length - PARTS);
        return timingError(summedRounds(ofBaseline), summedRounds(soFar.slice(-PARTS)));
      },
    });
    equipment.window?.watch.end();
    await save();
    const partsFrom = (at: number): PartTimes => {
      const [textMs, startMs, denoisingMs, decodingMs] = durations.slice(at, at + PARTS);
      return { textMs: textMs!, startMs: startMs!, denoisingMs: denoisingMs!, decodingMs: decodingMs! };
    };
    timed = {
      batchSize,
      baseline: baseline === null ? null : partsFrom(0),
      variant: partsFrom(durations.length - PARTS),
      seen: equipment.window?.seen() ?? {},
    };
    await variant.folder.keepTiming(timed);
  }
  for (const [index, one] of [variant, ...(baseline === null ? [] : [baseline])].entries()) {
    const run = index === 0 ? runs.at(-1)! : runs[0]!;
    for (const batch of batches.filter((members) => isMissing(members, one.folder))) {
      const loaded = await maker.load(batch);
      for (const { run: part } of run.parts(() => loaded)) await part();
      await run.save(batch);
      progress();
    }
  }
  return timed;
}

/** Positions in batches of one size, the last one smaller where they do not divide. */
export function batchesOf(count: number, size: number): number[][] {
  return Array.from({ length: Math.ceil(count / size) }, (_, batch) =>
    Array.from({ length: Math.min(size, count - batch * size) }, (_, at) => batch * size + at),
  );
}

function isMissing(batch: readonly number[], folder: PictureFolder): boolean {
  return batch.some((picture) => !folder.has(picture));
}

/** Batches of full size, over and over, those that still have something to make first. */
function feedOf(
  batches: readonly (readonly number[])[],
  isWanted: (batch: readonly number[]) => boolean,
): () => readonly number[] {
  const full = batches.filter(({ length }) => length === batches[0]!.length);
  const order = [...full.filter(isWanted), ...full.filter((batch) => !isWanted(batch))];
  let at = 0;
  return () => order[at++ % order.length]!;
}

/** The parts of a pass of one variant, in their order, and the saving of what they made. */
function runOf({ denoiser, folder }: PictureVariant, { maker }: PictureTrialEquipment) {
  let texts: Awaited<ReturnType<PictureMaker['encodeTexts']>> | undefined;
  let latents: TensorData | undefined;
  let decoded: TensorData | undefined;
  return {
    parts: (batch: () => PictureBatch): Contestant[] => [
      {
        run: async () => {
          texts = await maker.encodeTexts(batch());
        },
      },
      {
        run: async () => {
          latents = await maker.start(batch());
        },
      },
      {
        run: async () => {
          latents = await maker.denoise(denoiser, batch(), texts!, latents!);
        },
      },
      {
        run: async () => {
          decoded = await maker.decode(latents!);
        },
      },
    ],
    async save(batch: readonly number[]): Promise<void> {
      if (decoded === undefined) return;
      const [, , height, width] = decoded.shape as [number, number, number, number];
      for (const [row, picture] of batch.entries()) {
        const values = pickRows(decoded, [row]).data as Float32Array;
        await folder.write(picture, pictureOfValues(values, { height, width }), countNonFinite(values));
      }
      decoded = undefined;
    },
  };
}
