/**
 * Dense layers whose weights lie in blocks of 4 or 8 bits; products are in float32.
 *
 * For memory, not for speed: with many rows the weights are widened for every product. Measured as in integer-layers.ts:
 * `Gemm` in float32 14.4 ms, 4 bits 14 to 18, 8 bits 21 to 28. Blocks of 32 err less than those of 128 (7.4 against 9.0 % of the
 * result's norm with random weights in 4 bits).
 */
import { type Graph, matMulNBits, rewrite } from '../graph/index.js';
import { BLOCK_SIZE, quantiseBlocks } from './block-quantisation.js';
import { denseLayerOf } from './dense-layers.js';
import { deriveWeights } from './derived-weights.js';

export function withBlockwiseWeights(network: Graph, bits: 4 | 8): Graph {
  const derive = deriveWeights(
    ([outputs, inputs]) => {
      const blocks = Math.ceil(inputs! / BLOCK_SIZE);
      return {
        packed: { dtype: 'uint8', shape: [outputs!, blocks, (BLOCK_SIZE * bits) / 8] },
        scales: { dtype: 'float32', shape: [outputs! * blocks] },
      };
    },
    (values, shape) => quantiseBlocks(values, shape as [number, number], bits),
  );
  return rewrite(network, (source, inputs) => {
    const layer = denseLayerOf(source, inputs);
    if (layer === undefined) return undefined;
    const { weight, bias, ...sizes } = layer;
    const matrix = {
      ...derive(weight),
      bits,
      blockSize: BLOCK_SIZE,
      inputs: sizes.inputs,
      outputs: sizes.outputs,
    };
    return [matMulNBits(layer.x, matrix, bias)];
  });
}
