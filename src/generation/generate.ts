/** Text for a batch of images, by the search that the options name. */
import { beamSearch } from './beam-search.js';
import { generateSingly } from './greedy.js';
import type { GenerationOptions } from './options.js';
import { requireRoom } from './room.js';
import type { GeneratedSequence, SearchTokens, SequenceDecoder } from './sequence-decoder.js';

/**
 * @param decoder begun for as many beams as the options ask for; released at the end
 * @param sampleIds one per image, for the streams of a draw
 */
export async function generateText(
  decoder: SequenceDecoder,
  prompt: readonly number[],
  options: GenerationOptions,
  tokens: SearchTokens,
  sampleIds: readonly (string | number)[],
): Promise<GeneratedSequence[]> {
  requireRoom(prompt.length, options);
  try {
    return await (options.numBeams === 1
      ? generateSingly(decoder, prompt, options, tokens, sampleIds)
      : beamSearch(decoder, prompt, options, tokens));
  } finally {
    decoder.release();
  }
}

/** Rows of equal length, filled with the padding id behind their end: [texts, length] int64. */
export function paddedRows(
  texts: readonly GeneratedSequence[],
  length: number,
  padId: number,
): BigInt64Array {
  const rows = new BigInt64Array(texts.length * length).fill(BigInt(padId));
  texts.forEach(({ ids }, row) => {
    ids.forEach((id, at) => {
      rows[row * length + at] = BigInt(id);
    });
  });
  return rows;
}
