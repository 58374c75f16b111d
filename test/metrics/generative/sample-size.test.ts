import { describe, expect, it } from 'vitest';
import { type GenerativeMetric, sampleShortage } from '../../../src/metrics/generative/sample-size.js';

describe('a metric of generation', () => {
  it('says that a covariance lacks rank before it says that it is of few pictures', () => {
    expect(sampleShortage('frechet', 2048, 2048)).toMatchObject({ needed: 2049 });
    expect(sampleShortage('frechet', 2048, 2048)?.warning).toMatch(
      /^2,048 pictures, fewer than 2,049: .*rank/,
    );
    expect(sampleShortage('frechet', 2049, 2048)).toMatchObject({ needed: 10_000 });
    expect(sampleShortage('frechet', 10_000, 2048)).toBeNull();
  });

  it('asks for fewer pictures where the features are narrow', () => {
    expect(sampleShortage('frechet', 600, 512)?.needed).toBe(10_000);
    expect(sampleShortage('frechet', 600, 768)?.needed).toBe(769);
  });

  const metrics: GenerativeMetric[] = [
    'frechet',
    'kid',
    'cmmd',
    'inception-score',
    'precision-recall',
    'density-coverage',
  ];
  it.each(metrics)('names number and source for %s, and is content with enough', (metric) => {
    const shortage = sampleShortage(metric, 10, 64)!;
    expect(shortage.source).toMatch(/[12]\d{3}|github|torch-fidelity/);
    expect(shortage.warning).toContain('10 pictures');
    expect(sampleShortage(metric, 50_000, 64)).toBeNull();
  });
});
