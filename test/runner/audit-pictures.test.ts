import { describe, expect, it } from 'vitest';
import { tensorData } from '../../src/engines/index.js';
import type { Denoiser } from '../../src/models/stable-diffusion/denoiser.js';
import { auditPictures } from '../../src/runner/audit-pictures.js';
import type { PictureMaker } from '../../src/tasks/diffusion/picture-maker.js';

/** A maker whose pictures are one number: that of the noise, changed by the denoiser. Only denoising takes time. */
function world(denoise: (noise: number, isRepeated: boolean) => { value: number; ms: number }) {
  let time = 0;
  let last = '';
  const timed = { device: 'cpu' } as Denoiser;
  const untimed = { device: 'cpu' } as Denoiser;
  const maker = {
    load: async (positions: readonly number[]) => ({
      positions,
      noise: Float32Array.from(positions, (position) => position / 10),
      pixels: null,
    }),
    encodeTexts: async () => ({}) as never,
    start: async ({ noise }: { noise: Float32Array }) => tensorData(noise.slice(), [noise.length, 1]),
    async denoise(
      denoiser: Denoiser,
      _batch: object,
      _texts: object,
      { data, shape }: { data: unknown; shape: readonly number[] },
    ) {
      const isRepeated = last === String(data);
      last = String(data);
      const made = Array.from(data as Float32Array, (noise) =>
        denoiser === untimed ? { value: 2 * noise, ms: 5 } : denoise(noise, isRepeated),
      );
      time += made.reduce((sum, { ms }) => sum + ms, 0);
      return tensorData(
        Float32Array.from(made, ({ value }) => value),
        shape,
      );
    },
    decode: async (latents: object) => latents as never,
  } as unknown as PictureMaker;
  return auditPictures({
    ...{ maker, timed, untimed, count: 6, batchSize: 2, now: () => time },
    timing: { warmupSeconds: 0, minSeconds: 0, minRuns: 5 },
  });
}

describe('auditPictures', () => {
  it('finds the same pictures and times of an honest pipeline, each compared once', async () => {
    const { images, differingImages, firstMs, againMs } = await world((noise) => ({
      value: 2 * noise,
      ms: 5,
    }));
    expect({ images, differingImages }).toEqual({ images: 6, differingImages: 0 });
    expect(firstMs).toEqual(againMs);
    expect(firstMs.length).toBeGreaterThanOrEqual(5);
  });

  it('finds pictures that timed passes make otherwise', async () => {
    const lazy = (noise: number) => ({ value: noise < 0.35 ? 2 * noise : 0, ms: 5 });
    expect(await world(lazy)).toMatchObject({ images: 6, differingImages: 2 });
  });

  it('finds a memory of results', async () => {
    const { firstMs, againMs } = await world((noise, isRepeated) => ({
      value: 2 * noise,
      ms: isRepeated ? 1 : 5,
    }));
    for (const [round, ms] of firstMs.entries()) expect(ms / againMs[round]!).toBe(5);
  });
});
