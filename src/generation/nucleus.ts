/**
 * Drawing a token from the nucleus: the smallest set of likeliest tokens whose probability reaches `topP`.
 *
 * Source: Holtzman et al., "The Curious Case of Neural Text Degeneration", arXiv 1904.09751.
 */
import type { SeededRandom } from '../random/seeded.js';
import type { GenerationOptions } from './options.js';

export function drawFromNucleus(
  logits: Float32Array,
  { topP, topK, temperature }: Pick<GenerationOptions, 'topP' | 'topK' | 'temperature'>,
  random: SeededRandom,
): number {
  const most = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const weights = Float64Array.from(logits, (logit) => Math.exp((logit - most) / temperature));
  const order = Uint32Array.from(weights.keys()).sort((a, b) => weights[b]! - weights[a]! || a - b);
  const candidates = topK > 0 ? order.subarray(0, topK) : order;
  const total = candidates.reduce((sum, id) => sum + weights[id]!, 0);
  let within = 0;
  let count = 0;
  while (count < candidates.length && within < topP * total) within += weights[candidates[count++]!]!;
  let left = random.uniform() * within;
  for (const id of candidates.subarray(0, count)) {
    left -= weights[id]!;
    if (left < 0) return id;
  }
  return candidates[count - 1]!;
}
