/**
 * 8-bit numbers from floats and their products, on typed arrays: exactly, as ONNX says it. For checking, not for speed.
 */
import type * as tf from '@tensorflow/tfjs-core';
import { integerPairs } from './integer.js';
import type { Kernel } from './kernel.js';
import { matrixKernels } from './matrix.js';
import { fromValues, valuesOf } from './typed-array.js';

const RANGES = { uint8: [0, 255], int8: [-128, 127] } as const;

/** `round(x / scale) + zeroPoint` in float32 as ONNX computes it, halves to the even number. */
function quantised(x: tf.Tensor, scale: number, zeroPoint: number, dtype: keyof typeof RANGES): tf.Tensor {
  const [low, high] = RANGES[dtype];
  const values = valuesOf(x);
  const result = new Int32Array(values.length);
  for (let at = 0; at < result.length; at++) {
    const rounded = halfToEven(Math.fround(values[at]! / scale));
    result[at] = Math.min(Math.max(rounded + zeroPoint, low), high);
  }
  return fromValues(result, x.shape);
}

function halfToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below;
}

export const quantisationKernels: Readonly<Record<string, Kernel>> = {
  QuantizeLinear: {
    compute: ({ node, inputs: [x, scale, zeroPoint] }) =>
      quantised(
        x!,
        valuesOf(scale!)[0]!,
        valuesOf(zeroPoint!)[0]!,
        node.outputs[0]!.dtype as keyof typeof RANGES,
      ),
  },
  DynamicQuantizeLinear: {
    compute({ inputs: [x] }) {
      const values = valuesOf(x!);
      let [low, high] = [0, 0];
      for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
      const scale = high === low ? 1 : Math.fround(Math.fround(high - low) / 255);
      const zeroPoint = Math.min(Math.max(halfToEven(Math.fround(-low / scale)), 0), 255);
      return [
        quantised(x!, scale, zeroPoint, 'uint8'),
        fromValues(Float32Array.of(scale), []),
        fromValues(Int32Array.of(zeroPoint), []),
      ];
    },
  },
  MatMulInteger: {
    compute(call) {
      const [a, b, aZero, bZero] = call.inputs;
      const shifted = (x: tf.Tensor, zero: tf.Tensor) =>
        integerPairs('int32', x, zero, x.shape, (value, shift) => value - shift);
      const inputs = [shifted(a!, aZero!), shifted(b!, bZero!)];
      return matrixKernels.MatMul!.compute({ ...call, inputs });
    },
  },
};
