/** The searches on a made-up language: what does not need a model to be told. Token for token they are held in `test/models/blip`. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adjustRow } from '../../src/generation/adjust-logits.js';
import { generateText } from '../../src/generation/generate.js';
import { drawFromNucleus } from '../../src/generation/nucleus.js';
import { GenerationOptions } from '../../src/generation/options.js';
import type { NextTokens, SequenceDecoder } from '../../src/generation/sequence-decoder.js';
import { seededRandom } from '../../src/random/seeded.js';

const VOCABULARY = 12;
const END = 3;
const tokens = { endId: END, padId: 0 };

/** Logits that depend on the image and on all that was said. */
function languageOf(image: number, ids: readonly number[]): Float32Array {
  const { normal } = seededRandom('language', image, ...ids);
  return Float32Array.from({ length: VOCABULARY }, normal);
}

/** A decoder that remembers every sequence in full. */
function decoderOf(images: readonly number[], beams: number): SequenceDecoder {
  let known = images.map((image) => ({ image, texts: [[] as number[]] }));
  const next = (): NextTokens => {
    const rows = known.flatMap(({ image, texts }) => texts.map((ids) => languageOf(image, ids)));
    const logits = new Float32Array(rows.length * VOCABULARY);
    rows.forEach((row, at) => {
      logits.set(row, at * VOCABULARY);
    });
    const logNormalizer = Float32Array.from(rows, (row) =>
      Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0)),
    );
    return { logits, vocabulary: VOCABULARY, logNormalizer };
  };
  return {
    get images() {
      return known.length;
    },
    async start(prompt) {
      known = known.map(({ image }) => ({ image, texts: [[...prompt]] }));
      return next();
    },
    async step(chosen, parents) {
      known = known.map(({ image, texts }, at) => ({
        image,
        texts: Array.from({ length: beams }, (_, beam) => [
          ...texts[parents[at * beams + beam]!]!,
          chosen[at * beams + beam]!,
        ]),
      }));
      return next();
    },
    async keep(kept) {
      known = kept.map((image) => known[image]!);
    },
    release() {},
  };
}

const write = (images: readonly number[], options: object) => {
  const search = GenerationOptions.parse({ maxLength: 8, ...options });
  return generateText(decoderOf(images, search.numBeams), [1], search, tokens, images);
};

const options = fc.record({
  numBeams: fc.integer({ min: 1, max: 4 }),
  minLength: fc.integer({ min: 0, max: 5 }),
  repetitionPenalty: fc.constantFrom(1, 1.2),
  lengthPenalty: fc.constantFrom(0.5, 1, 2),
  earlyStopping: fc.boolean(),
});

describe('generateText', () => {
  it('writes for an image what it would write for it alone', async () => {
    await fc.assert(
      fc.asyncProperty(options, async (how) => {
        const together = await write([0, 1, 2, 3], how);
        for (const [image, text] of together.entries()) expect((await write([image], how))[0]).toEqual(text);
      }),
      { numRuns: 20 },
    );
  });

  it('keeps within the lengths, and ends nowhere but at the end', async () => {
    await fc.assert(
      fc.asyncProperty(options, async (how) => {
        for (const { ids } of await write([5, 6, 7], how)) {
          expect(ids.length).toBeLessThanOrEqual(8);
          expect(ids.slice(1, -1)).not.toContain(END);
          if (ids.at(-1) === END) expect(ids.length).toBeGreaterThan(how.minLength);
          else expect(ids).toHaveLength(8);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('draws the same text for the same seed and another for another', async () => {
    const drawn = (seed: number) => write([0, 1, 2, 3, 4, 5], { doSample: true, topP: 1, seed });
    expect(await drawn(1)).toEqual(await drawn(1));
    expect(await drawn(1)).not.toEqual(await drawn(2));
  });

  it('refuses a prompt that leaves no room, and more beams than the vocabulary feeds', async () => {
    await expect(write([0], { maxLength: 1 })).rejects.toThrow('leaves no room');
    await expect(write([0], { numBeams: 7 })).rejects.toThrow('at most 6 beams');
  });
});

describe('drawFromNucleus', () => {
  const logits = Float32Array.of(1, 4, 2, 3);
  const often = (how: Parameters<typeof drawFromNucleus>[1]) => {
    const random = seededRandom('draws');
    const counts = [0, 0, 0, 0];
    for (let draw = 0; draw < 4000; draw++) counts[drawFromNucleus(logits, how, random)]!++;
    return counts.map((count) => count / 4000);
  };

  it('takes the likeliest token alone where that reaches topP', () => {
    expect(often({ topP: 0.6, topK: 0, temperature: 1 })).toEqual([0, 1, 0, 0]);
    expect(often({ topP: 1, topK: 1, temperature: 1 })).toEqual([0, 1, 0, 0]);
  });

  it('draws in proportion to the probabilities within the nucleus', () => {
    const [first, second, third, fourth] = often({ topP: 0.9, topK: 0, temperature: 1 });
    expect(first).toBe(0);
    const total = Math.exp(4) + Math.exp(3) + Math.exp(2);
    expect(second).toBeCloseTo(Math.exp(4) / total, 1);
    expect(fourth).toBeCloseTo(Math.exp(3) / total, 1);
    expect(third).toBeCloseTo(Math.exp(2) / total, 1);
  });
});

describe('adjustRow', () => {
  it('makes what was said less likely, once for each token, whatever its sign', () => {
    const row = Float32Array.of(2, -2, 1, 0);
    adjustRow(row, [0, 0, 1], { repetitionPenalty: 2, minLength: 0, endId: 3 });
    expect([...row]).toEqual([1, -4, 1, 0]);
  });

  it('forbids the end before the least length', () => {
    const row = Float32Array.of(0, 0, 0, 5);
    adjustRow(row, [0, 1], { repetitionPenalty: 1, minLength: 3, endId: 3 });
    expect(row[3]).toBe(Number.NEGATIVE_INFINITY);
  });
});
