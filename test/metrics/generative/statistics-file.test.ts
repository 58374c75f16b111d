import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { featureStatistics } from '../../../src/metrics/generative/feature-statistics.js';
import { frechetDistance } from '../../../src/metrics/generative/frechet-distance.js';
import { readStatisticsFile, writeStatisticsFile } from '../../../src/metrics/generative/statistics-file.js';
import { refusal } from '../../checkpoints/refusal.js';
import { goldenJson, goldenTensors } from '../../fixtures/golden-file.js';

const folder = mkdtempSync(path.join(tmpdir(), 'statistics-'));
afterAll(() => rmSync(folder, { recursive: true }));
const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/npz/${name}`, import.meta.url));

describe('a statistics file', () => {
  it.each(['stored.npz', 'deflated.npz'])('is read as pytorch-fid writes it: %s', (name) => {
    const { mu, sigma } = goldenJson<{ mu: number[]; sigma: number[] }>('npz/expected.json');
    const statistics = readStatisticsFile(fixture(name));
    expect([...statistics.mean]).toEqual(mu);
    expect([...statistics.covariance]).toEqual(sigma);
    expect(statistics.samples).toBeNull();
  });

  it('keeps the distance, whether of float64 or float32', async () => {
    const tensor = goldenTensors('metrics/generative.safetensors');
    const [a, b] = ['a', 'b'].map((side) => featureStatistics(tensor(`relu-like.${side}`), 32));
    const file = path.join(folder, 'statistics.npz');
    await writeStatisticsFile(file, a!);
    expect(frechetDistance(readStatisticsFile(file), b!)).toBe(frechetDistance(a!, b!));
    const [exact, rounded] = ['stored.npz', 'float32.npz'].map((name) => readStatisticsFile(fixture(name)));
    expect(Math.abs(frechetDistance(exact!, rounded!))).toBeLessThan(1e-6);
  });

  it.each<[string, RegExp]>([
    ['no-mu.npz', /has no array mu/],
    ['another-size.npz', /sigma has another shape.*\(6, 6\).*\(5, 5\)/s],
    ['flat-sigma.npz', /sigma has another shape.*\(36\)/s],
    ['scalar.npz', /mu has another shape/],
    ['objects.npz', /Python objects/],
    ['nan.npz', /sigma holds a number that is not finite.*element 0.*NaN/s],
    ['infinite.npz', /mu holds a number that is not finite.*element 0.*Infinity/s],
    ['asymmetric.npz', /sigma is no covariance.*row 1, column 0/s],
    ['negative.npz', /sigma is no covariance.*row 0, column 0/s],
  ])('is refused with path and reason: %s', async (name, reason) => {
    const { message } = await refusal(() => readStatisticsFile(fixture(name)));
    expect(message).toMatch(reason);
    expect(message).toContain(fixture(name));
  });

  it('that is none is refused', async () => {
    const file = path.join(folder, 'text.npz');
    writeFileSync(file, 'mu sigma');
    expect((await refusal(() => readStatisticsFile(file))).message).toMatch(/not an \.npz archive/);
  });

  it('cannot be written where there is no folder', async () => {
    const nowhere = path.join(folder, 'missing', 'statistics.npz');
    const statistics = readStatisticsFile(fixture('stored.npz'));
    const { message } = await refusal(() => writeStatisticsFile(nowhere, statistics));
    expect(message).toMatch(/cannot be written.*its folder is not there/s);
  });
});
