/**
 * How many tokens each block is asked to give up.
 *
 * Source: ToMe (Bolya et al., ICLR 2023), `parse_r`; kept in Turbo (arXiv 2312.07408, section 4).
 */
import { z } from 'zod';

/** A constant per layer, an explicit list, a linear ramp around `r`, or a share of the tokens still there. */
export const TokensPerLayer = z
  .union([
    z.int().min(0),
    z.array(z.int().min(0)).min(1),
    z.strictObject({ r: z.int().min(0), inflect: z.number().min(-1).max(1) }),
    z.strictObject({ ratio: z.number().min(0).max(1) }),
  ])
  .describe(
    'Tokens to give up in each layer: a number, a list with one number per layer, {r, inflect} for a linear ramp, or {ratio} for a share of the current tokens.',
  );
export type TokensPerLayer = z.infer<typeof TokensPerLayer>;

/** The blocks in which tokens are given up, both ends included. */
export const LayerRange = z
  .strictObject({ from: z.int().min(0).default(0), to: z.int().min(0).optional() })
  .describe('First and last layer (from 0, both included) in which tokens are given up.');
export type LayerRange = z.infer<typeof LayerRange>;

/** Tokens asked of one layer that still holds `tokenCount` of them. */
export type Schedule = (layer: number, tokenCount: number) => number;

/**
 * Tokens asked of each of `layerCount` layers, before clipping to what the layer still holds.
 * A list that is too short asks nothing of the layers after it.
 *
 * @throws RangeError when a list is longer than the model is deep
 */
export function scheduleOf(spec: TokensPerLayer, layerCount: number): Schedule {
  if (Array.isArray(spec)) {
    if (spec.length > layerCount)
      throw new RangeError(`tokensPerLayer lists ${spec.length} layers, the model has ${layerCount}`);
    return (layer) => spec[layer] ?? 0;
  }
  if (typeof spec === 'object' && 'ratio' in spec)
    return (_, tokenCount) => Math.trunc(tokenCount * spec.ratio);
  const { r, inflect } = typeof spec === 'number' ? { r: spec, inflect: 0 } : spec;
  if (layerCount === 1) return () => r;
  const first = Math.trunc(r * (1 - inflect));
  const step = (2 * r - first - first) / (layerCount - 1);
  return (layer) => Math.trunc(first + step * layer);
}
