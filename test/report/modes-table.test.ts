import { describe, expect, it } from 'vitest';
import { modesTables } from '../../src/report/modes-table.js';
import { renderTables } from '../../src/report/tables.js';
import { groupTrials } from '../../src/report/trial-groups.js';
import type { TrialRow } from '../../src/report/trial-row.js';
import { exampleRow } from './example-rows.js';

/** Both variants in batches of 1 and of 32. */
const rows: TrialRow[] = [1, 32].flatMap((batchSize) =>
  (['none', 'tome'] as const).map((method) => ({
    ...exampleRow({ method, trial: `${method}-${batchSize}`, parameters: {}, device: 'CPU, 2 threads' }),
    ...{ threads: 2, batchSize, metrics: { top1: method === 'none' ? 0.7 : 0.6 } },
    ...{ latencyMedianMs: 10 * batchSize, latencyP99Ms: 12.5 * batchSize, imagesPerSecond: 100 },
    ...(method === 'none'
      ? { speedup: 1, speedupLow: null, speedupHigh: null }
      : { speedup: batchSize === 1 ? 1.2 : 1.5, speedupLow: 1.1, speedupHigh: 1.6 }),
  })),
);

describe('groups of trials', () => {
  it('hold a variant against the baseline of its own batch size', () => {
    const groups = groupTrials(rows);
    expect(groups.map(({ batchSize, baseline }) => [batchSize, baseline?.trial])).toEqual([
      [1, 'none-1'],
      [32, 'none-32'],
    ]);
    expect(groups.map(({ setting }) => setting)).toEqual([
      'CPU, 2 threads, batch 1',
      'CPU, 2 threads, batch 32',
    ]);
    expect(new Set(groups.map(({ slug }) => slug)).size).toBe(2);
  });

  it('do not speak of the batch where there is one size', () => {
    const [group] = groupTrials(rows.filter(({ batchSize }) => batchSize === 32));
    expect(group!.setting).toBe('CPU, 2 threads');
    expect(group!.title).not.toContain('batch');
  });
});

describe('the table of latency and throughput', () => {
  it('has all conditions of a variant below each other', () => {
    const [table] = modesTables(groupTrials(rows));
    const cells = table!
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .slice(2)
      .map((line) =>
        line
          .split('|')
          .map((cell) => cell.trim())
          .slice(1, -1),
      );
    expect(table).toMatch(/^## .* latency and throughput\n/);
    expect(cells).toEqual([
      ['No reduction', '2', '1', '10.00', '12.50', '100.0', '1.00×'],
      ['No reduction', '2', '32', '320.00', '400.00', '100.0', '1.00×'],
      ['ToMe', '2', '1', '10.00', '12.50', '100.0', '1.20× [1.10, 1.60]'],
      ['ToMe', '2', '32', '320.00', '400.00', '100.0', '1.50× [1.10, 1.60]'],
    ]);
  });

  it('is left out under a single condition', () => {
    expect(modesTables(groupTrials(rows.filter(({ batchSize }) => batchSize === 1)))).toEqual([]);
  });

  it('stands above the tables, of which the one in batches of one tells the 99th percentile', () => {
    const sections = renderTables(rows).split('\n## ').slice(1);
    expect(sections).toHaveLength(3);
    expect(sections[0]).toContain('latency and throughput');
    expect(sections[1]).toContain('p99 ms');
    expect(sections[2]).not.toContain('p99 ms');
  });
});
