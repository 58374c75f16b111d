/**
 * A weight as 8-bit numbers with one scale for each output channel, symmetric around zero.
 *
 * Numbers lie in uint8 around 128 and not in int8: on processors without VNNI, ONNX Runtime adds products of uint8 and int8 in
 * pairs in 16 bits and cuts off what does not fit; products of uint8 alone are exact everywhere, and its quantiser writes
 * the same for networks that begin with a convolution.
 *
 * Source: Wu et al., "Integer Quantization for Deep Learning Inference", arXiv 2004.09602, sections 3.2 (scale) and 4.1 (per channel).
 */
import { roundedQuotient } from './rounding.js';

/** Stands for 0. */
export const ZERO_POINT = 128;
const MOST = 127;

/**
 * @param values `[outputs, inputs]`
 * @returns `values` uint8 `[inputs, outputs]`, as `MatMulInteger` multiplies by it, and `scales` `[outputs]`
 */
export function quantiseChannels(
  values: Float32Array,
  [outputs, inputs]: readonly [number, number],
): { values: Uint8Array; scales: Float32Array } {
  const scales = new Float32Array(outputs);
  const result = new Uint8Array(values.length);
  for (let row = 0; row < outputs; row++) {
    const channel = values.subarray(row * inputs, (row + 1) * inputs);
    let largest = 0;
    for (const value of channel) largest = Math.max(largest, Math.abs(value));
    const scale = largest === 0 ? 1 : Math.fround(largest / MOST);
    scales[row] = scale;
    for (let at = 0; at < inputs; at++) {
      const rounded = roundedQuotient(channel[at]!, scale);
      result[at * outputs + row] = ZERO_POINT + Math.min(Math.max(rounded, -MOST), MOST);
    }
  }
  return { values: result, scales };
}
