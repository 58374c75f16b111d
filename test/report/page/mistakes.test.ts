import { describe, expect, it } from 'vitest';
import type { SampleOutcome } from '../../../src/metrics/sample-outcome.js';
import { mistakesOf, withKeptSamples } from '../../../src/report/page/mistakes.js';
import { exampleRow } from '../example-rows.js';

const row = (trial: string, method: string, more = {}) =>
  exampleRow({ trial, method, metrics: { top1: 0.5 }, ...more });
/** One letter a sample: what was said, where `a`, `b`, `c` and `d` are right. */
const outcomes = (said: string): SampleOutcome[] =>
  [...said].map((predicted, at) => {
    const label = 'abcd'[at]!;
    return { sample: `${at}.png`, label, predicted, rank: predicted === label ? 1 : 2 };
  });
const kept: Readonly<Record<string, SampleOutcome[]>> = {
  none: outcomes('abxd'),
  t1: outcomes('abcx'),
  t2: outcomes('ayxx'),
  noisy: outcomes('zzzz'),
};
const rows = [
  row('none', 'none'),
  row('t1', 'turbo'),
  row('t2', 'tome'),
  row('noisy', 'random', { status: 'invalid' }),
];

describe('what goes wrong only after merging', () => {
  it('is what the unreduced model gets right and a valid variant does not, the most common first', async () => {
    expect(await mistakesOf(rows, async ({ trial }) => kept[trial])).toEqual([
      {
        ...{ baseline: 'none', dataset: exampleRow({}).dataset, samples: 4, count: 2 },
        shown: [
          { sample: '3.png', label: 'd', wrong: [{ said: 'x', trials: ['t1', 't2'] }] },
          { sample: '1.png', label: 'b', wrong: [{ said: 'y', trials: ['t2'] }] },
        ],
      },
    ]);
  });

  it('is told by bands of ranks where nothing is named, with the rank under each trial', async () => {
    const retrieved = (rank: number): SampleOutcome[] => [{ sample: 's', rank, captionRanks: [1] }];
    const metrics = { recallAt1ImageToText: 1 };
    const ranks: Readonly<Record<string, number>> = { none: 1, a: 21, b: 5, c: 20, d: 2, e: 300, f: 6 };
    const all = Object.keys(ranks).map((trial) =>
      row(trial, trial === 'none' ? 'none' : 'turbo', { metrics }),
    );
    const [found] = await mistakesOf(all, async ({ trial }) => retrieved(ranks[trial]!));
    expect(found!.shown[0]!.wrong).toEqual([
      { said: 'ranks 2–5', trials: ['d', 'b'], ranks: [2, 5] },
      { said: 'ranks 6–20', trials: ['f', 'c'], ranks: [6, 20] },
      { said: 'beyond rank 20', trials: ['a', 'e'], ranks: [21, 300] },
    ]);
  });

  it('gets the pictures of its samples in their own dataset', async () => {
    const mistakes = await mistakesOf(rows, async ({ trial }) => kept[trial]);
    const [found] = withKeptSamples(mistakes, (dataset, sample) => ({ pictures: [`${dataset}/${sample}`] }));
    expect(found!.shown[0]).toMatchObject({
      sample: '3.png',
      kept: { pictures: [`${found!.dataset}/3.png`] },
    });
  });

  it('is not told where the outcomes of the unreduced model, or of all variants, are not kept', async () => {
    expect(await mistakesOf(rows, async ({ trial }) => (trial === 'none' ? undefined : kept[trial]))).toEqual(
      [],
    );
    expect(await mistakesOf(rows, async ({ trial }) => (trial === 'none' ? kept[trial] : undefined))).toEqual(
      [],
    );
  });
});
