/** The same audits of a variant that makes pictures: the pictures of timed passes again without timing, and each of them twice in a row. */
import { createHash } from 'node:crypto';
import { pickRows } from '../engines/index.js';
import type { AuditFindings } from '../measure/audit.js';
import { timeInterleaved } from '../measure/interleaved.js';
import type { Denoiser } from '../models/stable-diffusion/denoiser.js';
import type { PictureBatch, PictureMaker } from '../tasks/diffusion/picture-maker.js';
import { compareDigests } from './output-digests.js';
import { batchesOf, type PictureTrialEquipment } from './run-pictures.js';

export interface PictureAuditEquipment
  extends Pick<PictureTrialEquipment, 'maker' | 'count' | 'batchSize' | 'timing' | 'now' | 'onProgress'> {
  readonly timed: Denoiser;
  /** The same variant in sessions of its own. */
  readonly untimed: Denoiser;
}

/** What is added to the noise of a batch each time that it comes again by itself, because there are no more prompts. */
const NUDGE = 1e-4;

/** As many batches as are timed are compared, not all pictures: one can take minutes. Nothing is scored. */
export async function auditPictures({
  maker,
  count,
  batchSize,
  timing,
  now,
  onProgress,
  timed,
  untimed,
}: PictureAuditEquipment): Promise<AuditFindings> {
  const batches = batchesOf(count, batchSize);
  const ofTimed = new Map<number, string>();
  let served = 0;
  let batch: PictureBatch | undefined;
  let made = new Map<number, string>();
  const keep = (): void => {
    for (const [position, digest] of made) ofTimed.set(position, digest);
    made = new Map();
  };
  const beforeRound = async (): Promise<void> => {
    keep();
    const cycle = Math.floor(served / batches.length);
    batch = await maker.load(batches[served % batches.length]!);
    for (let at = 0; cycle > 0 && at < batch.noise.length; at += batch.noise.length / batch.positions.length)
      batch.noise[at]! += cycle * NUDGE;
    served++;
    onProgress?.(ofTimed.size, count);
  };
  const first = async (): Promise<void> => {
    const digests = await makeBatch(maker, timed, batch!);
    if (served <= batches.length) made = digests;
  };
  const again = async (): Promise<void> => {
    await makeBatch(maker, timed, batch!);
  };
  const contestants = [{ run: first }, { run: again }];
  const [firstMs, againMs] = await timeInterleaved(contestants, now, { ...timing, beforeRound });
  keep();
  const ofUntimed = new Map<number, string>();
  for (const positions of batches.slice(0, served))
    for (const [position, digest] of await makeBatch(maker, untimed, await maker.load(positions)))
      ofUntimed.set(position, digest);
  return {
    ...compareDigests(ofTimed, ofUntimed),
    ...{ timedMetrics: {}, untimedMetrics: {}, firstMs: firstMs!, againMs: againMs! },
  };
}

/** From prompt to picture. @returns a digest of every picture's numbers */
async function makeBatch(
  maker: PictureMaker,
  denoiser: Denoiser,
  batch: PictureBatch,
): Promise<Map<number, string>> {
  const texts = await maker.encodeTexts(batch);
  const decoded = await maker.decode(await maker.denoise(denoiser, batch, texts, await maker.start(batch)));
  return new Map(
    batch.positions.map((position, row) => {
      const { buffer, byteOffset, byteLength } = pickRows(decoded, [row]).data;
      const bytes = new Uint8Array(buffer, byteOffset, byteLength);
      return [position, createHash('sha256').update(bytes).digest('hex')];
    }),
  );
}
