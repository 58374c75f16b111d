/**
 * A weight as numbers of few bits with one scale for every block of a row, symmetric around zero.
 *
 * The value of largest magnitude becomes the lowest number, −2^(bits − 1), whatever its sign, so that no number is wasted.
 *
 * Source: `Q4_0` of llama.cpp (https://github.com/ggml-org/llama.cpp), which ONNX Runtime's symmetric blockwise quantiser follows.
 */
import { roundedQuotient } from './rounding.js';

export const BLOCK_SIZE = 32;

/**
 * @param values `[outputs, inputs]`
 * @returns `packed` uint8 `[outputs, blocks, BLOCK_SIZE · bits / 8]` and `scales` `[outputs · blocks]`, as `MatMulNBits` takes them
 */
export function quantiseBlocks(
  values: Float32Array,
  [outputs, inputs]: readonly [number, number],
  bits: 4 | 8,
): { packed: Uint8Array; scales: Float32Array } {
  const half = 2 ** (bits - 1);
  const blocks = Math.ceil(inputs / BLOCK_SIZE);
  const scales = new Float32Array(outputs * blocks);
  const packed = new Uint8Array((outputs * blocks * BLOCK_SIZE * bits) / 8);
  for (let block = 0; block < scales.length; block++) {
    const row = Math.floor(block / blocks) * inputs;
    const start = (block % blocks) * BLOCK_SIZE;
    const part = values.subarray(row + start, row + Math.min(start + BLOCK_SIZE, inputs));
    let largest = 0;
    for (const value of part) if (Math.abs(value) > Math.abs(largest)) largest = value;
    const scale = Math.fround(largest / -half);
    scales[block] = scale;
    for (let at = 0; at < BLOCK_SIZE; at++) {
      const value = part[at] ?? 0;
      const rounded = scale === 0 ? 0 : roundedQuotient(value, scale);
      const number = half + Math.min(Math.max(rounded, -half), half - 1);
      const place = block * BLOCK_SIZE + at;
      if (bits === 8) packed[place] = number;
      else packed[place >> 1]! |= number << (4 * (place & 1));
    }
  }
  return { packed, scales };
}
