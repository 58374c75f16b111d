/**
 * Dense layers as products of 8-bit whole numbers.
 *
 * What comes in becomes uint8 over the range of the whole tensor, once for all layers that read it (query, key and value); so with
 * ranges that are found at every run, the result for an image depends a little on the others of its batch.
 *
 * Measured on two busy cores of an EPYC with AVX2 and without VNNI, onnxruntime 1.30, 197 rows, processor time of 768 → 3072 and
 * 3072 → 768: `Gemm` in float32 14.4 and 14.3 ms, this 10.9 and 10.5, `DynamicQuantizeMatMul` 8.6 to 10.0, `MatMulInteger` with the steps
 * behind it apart 8.5 to 10.4, `QLinearMatMul` 8.2 to 9.1 with a second rounding of the result, int8 weights 7.4 but sums cut off at 16 bits,
 * both sides in int8 49. With 1576 rows this took 78 and 74 ms, `DynamicQuantizeMatMul` 87 and 73, `Gemm` 139 and 110. The differences between
 * the uint8 ones are within noise; this one reads a tensor that several layers share once, so it was taken.
 */
import {
  constant,
  dynamicQuantizeLinear,
  type Graph,
  matMulIntegerToFloat,
  type Quantised,
  quantizeLinear,
  reshape,
  rewrite,
  scalar,
  type Tensor,
} from '../graph/index.js';
import { quantiseChannels, ZERO_POINT } from './channel-quantisation.js';
import { denseLayerOf } from './dense-layers.js';
import { deriveWeights } from './derived-weights.js';
import type { Range, Ranges } from './ranges.js';
import { roundedQuotient } from './rounding.js';

/** @param ranges of what comes in, by the name of the weight; a layer without one finds it at every run */
export function withIntegerProducts(network: Graph, ranges: Ranges = new Map()): Graph {
  const derive = deriveWeights(
    ([outputs, inputs]) => ({
      uint8: { dtype: 'uint8', shape: [inputs!, outputs!] },
      scale: { dtype: 'float32', shape: [outputs!] },
    }),
    (values, shape) => {
      const { values: uint8, scales: scale } = quantiseChannels(values, shape as [number, number]);
      return { uint8, scale };
    },
  );
  const zeroPoint = constant(Uint8Array.of(ZERO_POINT), []);
  const found = quantisedOnce();
  return rewrite(network, (source, inputs) => {
    const layer = denseLayerOf(source, inputs);
    if (layer === undefined) return undefined;
    const { uint8: values, scale } = derive(layer.weight);
    const range = ranges.get(layer.weight.source.name);
    return [matMulIntegerToFloat(found(layer.x, range), { values, scale, zeroPoint }, layer.bias)];
  });
}

/** 8-bit numbers for a tensor, the same ones for each range whoever asks, and whichever way its axes are counted. */
function quantisedOnce(): (x: Tensor, range: Range | undefined) => Quantised {
  const known = new Map<Tensor['source'], Map<string, Quantised>>();
  return (flat, range) => {
    const x = unshaped(flat);
    const ofSource = known.get(x.source) ?? new Map<string, Quantised>();
    known.set(x.source, ofSource);
    const key = `${x.output} ${range === undefined ? '' : `${range.min} ${range.max}`}`;
    const quantised =
      ofSource.get(key) ?? (range === undefined ? dynamicQuantizeLinear(x) : within(x, range));
    ofSource.set(key, quantised);
    return { ...quantised, values: reshape(quantised.values, flat.shape) };
  };
}

/** The tensor that a dense layer flattens into rows. */
function unshaped(flat: Tensor): Tensor {
  const { source } = flat;
  return source.kind === 'node' && source.operator === 'Reshape' ? source.inputs[0]! : flat;
}

/** uint8 numbers over a known range, which always holds 0. */
function within(x: Tensor, { min, max }: Range): Quantised {
  const [low, high] = [Math.min(min, 0), Math.max(max, 0)];
  const step = high === low ? 1 : Math.fround(Math.fround(high - low) / 255);
  const scale = scalar(step);
  const zeroPoint = constant(Uint8Array.of(Math.min(Math.max(roundedQuotient(-low, step), 0), 255)), []);
  return { values: quantizeLinear(x, scale, zeroPoint), scale, zeroPoint };
}
