import { describe, expect, it } from 'vitest';
import { headlineMetric, metricNamed } from '../../../src/report/metric-names.js';
import { answerOf } from '../../../src/report/page/answer.js';
import { groupTrials } from '../../../src/report/trial-groups.js';
import type { TrialRow } from '../../../src/report/trial-row.js';
import { exampleRow } from '../example-rows.js';

const baseline = exampleRow({ trial: 'b', speedup: 1, metrics: { top1: 0.8 } });
const variant = (r: number, top1: number, speedup: number, more: Partial<TrialRow> = {}): TrialRow =>
  exampleRow({
    ...{ trial: `t${r}`, method: 'turbo', parameters: { tokensPerLayer: r }, metrics: { top1 }, speedup },
    ...{ speedupLow: speedup - 0.04, speedupHigh: speedup + 0.04 },
    ...more,
  });
const answer = (rows: readonly TrialRow[], metric?: string) => {
  const [group] = groupTrials(rows);
  return answerOf(group!, metric === undefined ? headlineMetric(rows) : metricNamed(metric));
};

describe('the answer of a report', () => {
  it('is the fastest valid setting within 1 % of the unreduced model, to the point', () => {
    const rows = [baseline, variant(4, 0.799, 1.2), variant(8, 0.792, 1.62), variant(12, 0.7919, 1.9)];
    expect(answer(rows)).toMatchObject({
      text: 'Turbo, r = 8 keeps 99.0 % of top-1 at 1.62× (1.58–1.66).',
      row: { trial: 't8' },
      found: true,
    });
  });

  it('is never a trial that is not valid', () => {
    const rows = [baseline, variant(4, 0.799, 1.2), variant(8, 0.799, 1.62, { status: 'invalid' })];
    expect(answer(rows).row?.trial).toBe('t4');
  });

  it('says so when none is close, and names the closest', () => {
    expect(answer([baseline, variant(4, 0.7, 1.2), variant(8, 0.6, 1.62)]).text).toBe(
      'No setting stays within 1 % of the top-1 of the unreduced model: the closest, Turbo, r = 4, keeps 87.5 % of top-1 at 1.20× (1.16–1.24).',
    );
  });

  it('says so when none that is close is faster, and when an interval includes 1', () => {
    expect(answer([baseline, variant(4, 0.8, 0.9)]).text).toContain(
      'No setting within 1 % of the unreduced model is faster',
    );
    expect(answer([baseline, variant(4, 0.8, 1.02)]).text).toContain(
      'its interval includes 1, so it may be no gain',
    );
  });

  it('holds nothing against an unreduced model without a valid result', () => {
    const broken = {
      ...baseline,
      status: 'invalid' as const,
      reason: 'timings scatter by 12 %: Close other programs.',
    };
    expect(answer([broken, variant(4, 0.8, 1.2)]).text).toBe(
      'The unreduced model has no valid result, so nothing can be held against it (timings scatter by 12 %).',
    );
  });

  it('speaks of speed alone where nothing was scored', () => {
    const rows = [baseline, variant(4, 0, 1.2)].map((row) => ({
      ...row,
      metrics: {},
      metricsNote: 'random weights',
    }));
    expect(answer(rows).text).toBe(
      'Turbo runs at 1.20× (1.16–1.24). No accuracy was measured (random weights).',
    );
  });

  it('takes less for better where a metric says so', () => {
    const rows = [baseline, variant(4, 0, 1.2), variant(8, 0, 1.5)].map((row, at) => ({
      ...row,
      metrics: { fid: [20, 20.1, 30][at]! },
    }));
    expect(answer(rows, 'fid').text).toBe('Turbo, r = 4 raises FID by 0.5 % at 1.20× (1.16–1.24).');
  });
});
