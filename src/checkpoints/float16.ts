/**
 * IEEE 754 half precision and bfloat16 as bit patterns: Node 20 has no `Float16Array`.
 *
 * Widening is exact, including subnormal numbers, infinities and NaN; narrowing rounds to nearest, ties to even.
 */

const scratchFloat = new Float32Array(1);
const scratchBits = new Uint32Array(scratchFloat.buffer);
let wideningTable: Float32Array | undefined;

/** float32 value of every half-precision bit pattern, made when first asked for (256 KiB). */
function table(): Float32Array {
  if (wideningTable !== undefined) return wideningTable;
  const values = new Float32Array(1 << 16);
  const bits = new Uint32Array(values.buffer);
  for (let half = 0; half < values.length; half++) {
    const sign = (half & 0x8000) << 16;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) values[half] = (sign === 0 ? 1 : -1) * fraction * 2 ** -24;
    else bits[half] = sign | ((exponent === 31 ? 255 : exponent + 112) << 23) | (fraction << 13);
  }
  wideningTable = values;
  return values;
}

/** float32 values of half-precision bit patterns. */
export function float16ToFloat32(halves: Uint16Array): Float32Array {
  const values = table();
  const result = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) result[i] = values[halves[i]!]!;
  return result;
}

/** float32 values of bfloat16 bit patterns: the upper half of a float32. */
export function bfloat16ToFloat32(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  return new Float32Array(bits.buffer);
}

/** Half-precision bit patterns of float32 values, rounded to nearest even; beyond ±65519.99… becomes infinity. */
export function float32ToFloat16(values: ArrayLike<number>): Uint16Array {
  const result = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) result[i] = halfBits(values[i]!);
  return result;
}

/** bfloat16 bit patterns of float32 values, rounded to nearest even. */
export function float32ToBfloat16(values: ArrayLike<number>): Uint16Array {
  const result = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) {
    scratchFloat[0] = values[i]!;
    const bits = scratchBits[0]!;
    const isNotANumber = (bits & 0x7fffffff) > 0x7f800000;
    result[i] = isNotANumber ? (bits >>> 16) | 0x40 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
  }
  return result;
}

function halfBits(value: number): number {
  scratchFloat[0] = value;
  const bits = scratchBits[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00 | ((magnitude >> 13) & 0x3ff);
  if (magnitude >= 0x47800000) return sign | 0x7c00;
  if (magnitude < 0x33000000) return sign;
  const exponent = magnitude >>> 23;
  const subnormal = exponent < 113;
  const significand = subnormal ? (magnitude & 0x7fffff) | 0x800000 : magnitude - (112 << 23);
  const dropped = subnormal ? 126 - exponent : 13;
  const kept = significand >>> dropped;
  const remainder = significand & ((1 << dropped) - 1);
  const half = 1 << (dropped - 1);
  const roundsUp = remainder > half || (remainder === half && (kept & 1) === 1);
  return sign | (kept + (roundsUp ? 1 : 0));
}
