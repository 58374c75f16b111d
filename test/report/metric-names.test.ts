import { describe, expect, it } from 'vitest';
import { tradeOff } from '../../src/report/charts/trade-off.js';
import { headlineMetric, METRICS, metricNamed, metricsOf } from '../../src/report/metric-names.js';
import { renderTables } from '../../src/report/tables.js';
import { exampleRow } from './example-rows.js';

const rowWith = (metrics: Readonly<Record<string, number>>) => exampleRow({ metrics });

describe('the metrics of generated pictures', () => {
  it('are headed by accuracy where there is one, else by PSNR, never by one of which less is better', () => {
    const all = { mae: 3, fid: 20, 'frechet-emoji-clip': 0.2, psnr: 25, clipScore: 28, zeroShotTop1: 0.6 };
    expect(headlineMetric([rowWith(all)])!.name).toBe('zeroShotTop1');
    const { zeroShotTop1: _, ...unnamed } = all;
    expect(headlineMetric([rowWith(unnamed)])!.name).toBe('psnr');
    expect(headlineMetric([rowWith({ mae: 3, fid: 20, kid: 0.1, cmmd: 2, 'frechet-x': 1 })])).toBeUndefined();
  });

  it('say of every distance that less is better', () => {
    const lower = METRICS.filter(({ better }) => better === 'lower').map(({ name }) => name);
    expect(lower).toEqual(['mae', 'fid', 'kid', 'cmmd']);
    expect(metricNamed('frechet-emoji-clip')).toMatchObject({
      better: 'lower',
      heading: 'frechet-emoji-clip',
    });
    expect(metricsOf([rowWith({ 'frechet-emoji-clip': 1, psnr: 2 })]).map(({ name }) => name)).toEqual([
      ...['psnr', 'frechet-emoji-clip'],
    ]);
  });

  it('make a trade-off of PSNR alone, without a point for the unmerged model', () => {
    const task = { task: 'text-to-image', dataset: 'prompts', imagesPerSecond: 0.02 };
    const rows = [
      exampleRow({ ...task, speedup: 1, trial: 'plain' }),
      ...[0.3, 0.5].map((ratio) =>
        exampleRow({
          ...{ ...task, method: 'tomesd', parameters: { ratio }, trial: `t${ratio}` },
          ...{
            speedup: 1 + ratio,
            speedupLow: 1,
            speedupHigh: 2,
            metrics: { psnr: 30 - 10 * ratio, mae: 3 },
          },
        }),
      ),
    ];
    const [drawing] = tradeOff.draw(rows);
    const text = JSON.stringify(drawing!.spec);
    expect(text).toContain('PSNR to the unmerged picture, dB');
    expect(text).toContain('Numbers: share of tokens merged');
    expect(text).not.toContain('"plain"');
    expect(renderTables(rows)).toMatch(/tomesd +\| +0\.3 \| 27\.00 \| 3\.00 \| +0\.0200 \|/);
  });
});
