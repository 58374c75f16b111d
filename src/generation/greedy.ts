/**
 * One text per image, a token at a time: the likeliest one, or one drawn from the nucleus.
 *
 * Source: `_sample` of transformers' `generate`; nucleus sampling: Holtzman et al., arXiv 1904.09751.
 */
import { type SeededRandom, seededRandom } from '../random/seeded.js';
import { adjustRow } from './adjust-logits.js';
import { drawFromNucleus } from './nucleus.js';
import type { GenerationOptions } from './options.js';
import type { GeneratedSequence, NextTokens, SearchTokens, SequenceDecoder } from './sequence-decoder.js';

/** @param sampleIds what tells the images apart, so that a drawn text does not depend on the batch it is in */
export async function generateSingly(
  decoder: SequenceDecoder,
  prompt: readonly number[],
  options: GenerationOptions,
  { endId }: SearchTokens,
  sampleIds: readonly (string | number)[],
): Promise<GeneratedSequence[]> {
  const texts = Array.from({ length: decoder.images }, () => [...prompt]);
  const streams: readonly (SeededRandom | null)[] = sampleIds.map((id) =>
    options.doSample ? seededRandom(options.seed, 'nucleus', id) : null,
  );
  let running = [...texts.keys()];
  let next: NextTokens = await decoder.start(prompt);
  for (;;) {
    const stay: number[] = [];
    const tokens: number[] = [];
    running.forEach((image, row) => {
      const ids = texts[image]!;
      const logits = next.logits.subarray(row * next.vocabulary, (row + 1) * next.vocabulary);
      adjustRow(logits, ids, { ...options, endId });
      const stream = streams[image];
      const token = stream ? drawFromNucleus(logits, options, stream) : indexOfMost(logits);
      ids.push(token);
      if (token === endId || ids.length >= options.maxLength) return;
      stay.push(row);
      tokens.push(token);
    });
    if (stay.length === 0) return texts.map((ids) => ({ ids, score: null }));
    if (stay.length < running.length) await decoder.keep(stay);
    running = stay.map((row) => running[row]!);
    next = await decoder.step(tokens, new Uint8Array(tokens.length));
  }
}

/** The lower index of equals. */
function indexOfMost(row: Float32Array): number {
  let best = 0;
  for (let at = 1; at < row.length; at++) if (row[at]! > row[best]!) best = at;
  return best;
}
