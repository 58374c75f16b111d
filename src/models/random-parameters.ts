/**
 * Random weights for a network that is measured for speed alone: seeded, finite, of the usual scale, cheap to make.
 *
 * Every tensor draws from a table of 65,536 normal numbers through xorshift32 (Marsaglia, 2003), because computing
 * 86 million normal numbers one by one takes longer than loading them.
 */
import { createHash } from 'node:crypto';
import { weight } from '../graph/index.js';
import type { WeightStore } from '../graph/tensor.js';
import { hash32, seededRandom } from '../random/seeded.js';
import type { ParameterSource } from './parameters.js';

/** transformers' `initializer_range`. */
const standardDeviation = 0.02;
const tableBits = 16;

/** Values that are not drawn: what training starts from. */
function fixedValue(name: string): number | undefined {
  if (name === 'logit_scale') return Math.log(1 / 0.07);
  if (name === 'logit_bias') return -10;
  const isNormScale = /(norm\d?|norm_out|layrnorm|layernorm_before|layernorm_after)\.weight$/.test(name);
  return isNormScale || name.endsWith('.lambda1') ? 1 : undefined;
}

/**
 * Parameters of any name and shape.
 *
 * @param identity what else tells two such models apart: the config as text
 */
export function randomParameters(seed: number, identity: string): ParameterSource {
  const shapes = new Map<string, readonly number[]>();
  const draw = seededRandom(seed, 'random weights');
  const table = Float32Array.from({ length: 1 << tableBits }, () => draw.normal() * standardDeviation);
  const values = (name: string, shape: readonly number[]): Float32Array => {
    const result = new Float32Array(shape.reduce((product, side) => product * side, 1));
    const fixed = fixedValue(name);
    if (fixed !== undefined) return result.fill(fixed);
    let state = hash32(`${seed} ${name}`) | 1;
    for (let i = 0; i < result.length; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      result[i] = table[state >>> (32 - tableBits)]!;
    }
    return result;
  };
  const store: WeightStore = {
    readBytes: (name) => new Uint8Array(values(name, shapes.get(name)!).buffer),
    locate: () => undefined,
  };
  return {
    kind: 'random',
    has: () => true,
    parameters: {
      take(name, shape) {
        shapes.set(name, shape);
        return weight(store, name, 'float32', [...shape]);
      },
      values,
    },
    stored: null,
    digest: async () => createHash('sha256').update(`random ${seed} ${identity}`).digest('hex'),
    close: () => {},
  };
}
