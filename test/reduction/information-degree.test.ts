/** Scores of single rows, by hand. */
import { describe, expect, it } from 'vitest';
import { tensorData } from '../../src/engines/index.js';
import { BATCH, input } from '../../src/graph/index.js';
import { informationDegree } from '../../src/reduction/information-degree.js';
import { runGraph } from '../run-graph.js';

async function normalized(redundancy: number[], semantic: number[], alpha: number): Promise<number[]> {
  const shape = [BATCH, redundancy.length];
  const [R, S] = [input('R', 'float32', shape), input('S', 'float32', shape)];
  const { score } = informationDegree(R, S, { combine: 'normalized', alpha, layerFactor: 1 });
  const row = (values: number[]) => tensorData(Float32Array.from(values), [1, values.length]);
  const { out } = await runGraph([R, S], { out: score }, { R: row(redundancy), S: row(semantic) });
  return [...(out!.data as Float32Array)];
}
const close = (values: number[]) => values.map((value) => expect.closeTo(value, 5));

describe('the normalized information degree', () => {
  it('scales R and S of a picture to 0 … 1 each', async () => {
    expect(await normalized([0.2, 0.6, 1], [0.03, 0.01, 0.02], 2)).toEqual(close([0 - 2, 0.5 - 0, 1 - 1]));
  });

  it('takes an S that differs by rounding alone as constant, as the mean over all tokens does', async () => {
    // The same numbers summed in another order, over 50 tokens: 0.02 but for the last digits of float32.
    const noisy = [0.02, Math.fround(0.02) + 3.7e-9, Math.fround(0.02) - 1.9e-9, 0.02];
    expect(await normalized([0.2, 0.6, 1, 0.4], noisy, 5)).toEqual(close([0, 0.5, 1, 0.25]));
    expect(await normalized(noisy, [0.4, 0.1, 0.2, 0.3], 1)).toEqual(close([-1, 0, -1 / 3, -2 / 3]));
  });

  it('still tells an S apart that differs by a thousandth', async () => {
    expect(await normalized([1, 1, 1], [0.02, 0.02002, 0.02001], 1)).toEqual([
      expect.closeTo(0, 3),
      expect.closeTo(-1, 3),
      expect.closeTo(-0.5, 3),
    ]);
  });
});
