/** Laws of merging text tokens: what must hold whatever the numbers are. There is no reference program for it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensorData } from '../../src/engines/index.js';
import { input } from '../../src/graph/index.js';
import { seededRandom } from '../../src/random/seeded.js';
import { mergeTextTokens } from '../../src/reduction/text-merging.js';
import { largestDifference, runGraph } from '../run-graph.js';

const WIDTH = 8;
const HEADS = 2;

/** One text of `words` words in `length` places; what lies in the padding comes from `paddingSeed`. */
async function merge(
  {
    words,
    length,
    r,
    alpha,
    seed,
  }: { words: number; length: number; r: number; alpha: number; seed: number },
  paddingSeed = 0,
) {
  const shape = [1, length, WIDTH];
  const [hidden, queries, keys] = ['hidden', 'queries', 'keys'].map((name) => input(name, 'float32', shape));
  const mask = input('mask', 'int64', [1, length]);
  const state = { hidden: hidden!, queries: queries!, keys: keys!, heads: HEADS, sizes: null, mask };
  const merged = mergeTextTokens(state, { perLayer: r, alpha });
  const values = (name: string) => {
    const own = seededRandom(seed, name);
    const other = seededRandom(paddingSeed, name, 'padding');
    return Float32Array.from({ length: length * WIDTH }, (_, at) =>
      (at < words * WIDTH ? own : other).normal(),
    );
  };
  const feeds = Object.fromEntries(
    ['hidden', 'queries', 'keys'].map((name) => [name, tensorData(values(name), shape)]),
  );
  const result = await runGraph(
    [hidden!, queries!, keys!, mask],
    { merged: merged.hidden, left: merged.mask, sizes: merged.sizes! },
    {
      ...feeds,
      mask: tensorData(
        BigInt64Array.from({ length }, (_, at) => BigInt(Number(at < words))),
        [1, length],
      ),
    },
  );
  const left = result.left!.shape[1]!;
  const rows = Array.from({ length: left }, (_, row) => ({
    isWord: result.left!.data[row] === 1n,
    size: Number(result.sizes!.data[row]),
    values: [...(result.merged!.data as Float32Array).subarray(row * WIDTH, (row + 1) * WIDTH)],
  }));
  return { rows, first: [...values('hidden').subarray(0, WIDTH)] };
}

const texts = fc
  .record({
    length: fc.integer({ min: 6, max: 14 }),
    share: fc.double({ min: 0.2, max: 1, noNaN: true }),
    r: fc.integer({ min: 1, max: 5 }),
    alpha: fc.constantFrom(0, 1, 5),
    seed: fc.nat(1000),
  })
  .map(({ share, length, ...rest }) => ({ ...rest, length, words: Math.max(2, Math.round(share * length)) }));
const runs = { numRuns: 25 };

describe('mergeTextTokens', () => {
  it('keeps the first token in its place and untouched by others than what is merged into nothing', async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const { rows, first } = await merge(text);
        expect(rows[0]).toMatchObject({ isWord: true, size: 1 });
        rows[0]!.values.forEach((value, at) => {
          expect(value).toBeCloseTo(first[at]!, 6);
        });
      }),
      runs,
    );
  });

  it('gives up as many tokens as asked, half of the others at most, and conserves the words', async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const { rows } = await merge(text);
        expect(rows).toHaveLength(text.length - Math.min(text.r, Math.floor((text.length - 1) / 2)));
        const mass = rows.filter(({ isWord }) => isWord).reduce((sum, { size }) => sum + size, 0);
        expect(mass).toBe(text.words);
        for (const { isWord, size } of rows) if (!isWord) expect(size).toBeLessThan(1e-20);
      }),
      runs,
    );
  });

  it('does not look at what lies in the padding', async () => {
    await fc.assert(
      fc.asyncProperty(texts, fc.nat(100), async (text, paddingSeed) => {
        const wordsOf = (rows: Awaited<ReturnType<typeof merge>>['rows']) =>
          rows.filter(({ isWord }) => isWord);
        expect(wordsOf((await merge(text, paddingSeed)).rows)).toEqual(wordsOf((await merge(text)).rows));
      }),
      runs,
    );
  });

  it('gives up as many words of a padded text as of the text alone, which then stand first and in the same order', async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        fc.pre(text.words > 2);
        const padded = (await merge(text)).rows;
        const alone = (await merge({ ...text, length: text.words })).rows;
        expect(padded.length).toBeGreaterThanOrEqual(alone.length);
        expect(padded.map(({ isWord }) => isWord)).toEqual(padded.map((_, at) => at < alone.length));
        for (const [at, { size, values }] of alone.entries()) {
          expect(padded[at]!.size).toBe(size);
          expect(largestDifference(padded[at]!.values, values)).toBeLessThan(1e-6);
        }
      }),
      runs,
    );
  });
});
