import { readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SmallWorld, smallWorld } from './small-world.js';

let world: SmallWorld;
beforeAll(async () => {
  world = await smallWorld();
  const pipeline = fileURLToPath(new URL('../fixtures/diffusion/sd1', import.meta.url));
  symlinkSync(pipeline, join(world.folder, 'models/sd1'));
});

const foldersIn = (...path: string[]) => readdirSync(join(world.folder, ...path)).sort();

// Every run starts two or more processes, which takes its time on a busy machine.
describe('turbo-bench run with a pipeline', { timeout: 240_000 }, () => {
  it('saves every picture, draws contact sheets from the journal alone, and makes all anew with --fresh', async () => {
    world.writeExperiment({
      models: [{ model: './models/sd1', imageSize: 32 }],
      tasks: [{ task: 'image-to-image', dataset: 'tiny', pictures: 3, steps: 2, strength: 0.5 }],
      reduction: [{ method: 'tomesd', ratio: 0.5 }],
      measure: { batchSize: 2, minSeconds: 0, minRuns: 5, warmupSeconds: 0, memory: true, peak: false },
    });
    const first = await world.start('run', 'small.yaml', '--json').finished;
    expect(first.code).toBe(0);
    const { rows, files } = JSON.parse(first.stdout);
    const sheet = 'samples/sd1-image-to-image-tiny.png';
    expect(files).toContain(sheet);
    expect(rows).toHaveLength(2);
    for (const row of rows) {
      expect(row).toMatchObject({ samples: 3, dataset: 'tiny' });
      expect(row.peakRssBytes).toBeGreaterThan(1e7);
      expect(row.secondsPerImage).toBeCloseTo(1 / row.imagesPerSecond, 10);
      // PNDM has two steps and three calls, of which the last two are taken.
      expect(row.secondsPerStep).toBeCloseTo(row.latencyMedianMs / 2000, 10);
      expect(foldersIn('reports/small/pictures', row.trial)).toEqual([
        '0.png',
        '1.png',
        '2.png',
        'timing.json',
      ]);
    }
    expect(rows[0].metrics).toEqual({});
    expect(Object.keys(rows[1].metrics)).toEqual(['psnr', 'ssim', 'mae']);

    const report = await world.start('report', 'reports/small', '--out', 'again').finished;
    expect(report.code).toBe(0);
    expect(foldersIn('again/samples')).toContain('sd1-image-to-image-tiny.png');

    const fresh = await world.start('run', 'small.yaml', '--fresh', '--only', 'none').finished;
    expect(fresh.code).toBe(0);
    const kept = foldersIn('reports/small').filter((name) => name.startsWith('pictures'));
    expect(kept).toEqual(['pictures', expect.stringMatching(/^pictures-\d{4}-/)]);
    expect(foldersIn('reports/small/pictures')).toEqual([rows[0].trial]);
    expect(foldersIn('reports/small', kept[1]!)).toHaveLength(2);
  });
});
