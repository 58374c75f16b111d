import { describe, expect, it } from 'vitest';
import { holmAdjusted } from '../../src/measure/holm.js';
import { mcNemar } from '../../src/measure/mcnemar.js';
import { isDistinguishable, pairedComparisons } from '../../src/measure/paired-comparison.js';
import { seededRandom } from '../../src/random/seeded.js';

/** Differences of right and wrong: the first are worse, the next better, all others equal. */
function counted(samples: number, worse: number, better: number): Float64Array {
  return Float64Array.from({ length: samples }, (_, at) => (at < worse ? -1 : at < worse + better ? 1 : 0));
}

describe('a paired comparison', () => {
  it("takes McNemar's mid-p of right and wrong, corrected over the variants", () => {
    const found = pairedComparisons([counted(300, 30, 5), counted(300, 9, 8), counted(200, 4, 0)], true, 0);
    const pValues = [mcNemar(30, 5), mcNemar(9, 8), mcNemar(4, 0)].map(({ midP }) => midP);
    expect(found.map(({ pValue }) => pValue)).toEqual(pValues);
    expect(found.map(({ adjustedPValue }) => adjustedPValue)).toEqual(holmAdjusted(pValues));
    expect(found.map(({ difference }) => difference)).toEqual([-25 / 300, -1 / 300, -4 / 200]);
    expect(found.map(isDistinguishable)).toEqual([true, false, false]);
  });

  it('has no p value below what the resamples of scores can tell', () => {
    const [found] = pairedComparisons([new Float64Array(100).fill(0.5)], false, 0);
    expect(found).toMatchObject({ difference: 0.5, low: 0.5, high: 0.5, pValue: 1 / 2000 });
  });

  it('sees no difference where there is none', () => {
    const [found] = pairedComparisons([new Float64Array(50)], false, 0);
    expect(found).toMatchObject({ difference: 0, low: 0, high: 0, pValue: 1 });
    expect(pairedComparisons([], true, 0)).toEqual([]);
  });

  it('calls chance a difference about as seldom as the level says, and holds the truth in its interval', () => {
    const trials = 150;
    let [alarms, missed] = [0, 0];
    for (let trial = 0; trial < trials; trial++) {
      const { normal } = seededRandom('chance', trial);
      const scores = Float64Array.from({ length: 80 }, () => normal());
      const [found] = pairedComparisons([scores], false, trial);
      if (isDistinguishable(found!)) alarms++;
      if (found!.low > 0 || found!.high < 0) missed++;
    }
    expect(alarms / trials).toBeLessThan(0.09);
    expect(missed / trials).toBeLessThan(0.09);
  });
});
