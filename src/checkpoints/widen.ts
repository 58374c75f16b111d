/** Any stored floating-point type as float32, the type that graphs compute in. */
import { TurboError } from '../errors/turbo-error.js';
import type { Dtype } from './dtype.js';
import { bfloat16ToFloat32, float16ToFloat32 } from './float16.js';

/** float32 values of stored bytes; float32 itself is not copied. float64 is rounded to nearest. */
export function widenToFloat32(name: string, dtype: Dtype, bytes: Uint8Array<ArrayBuffer>): Float32Array {
  switch (dtype) {
    case 'float32':
      return new Float32Array(bytes.buffer);
    case 'float16':
      return float16ToFloat32(new Uint16Array(bytes.buffer));
    case 'bfloat16':
      return bfloat16ToFloat32(new Uint16Array(bytes.buffer));
    case 'float64':
      return new Float32Array(new Float64Array(bytes.buffer));
    default:
      throw new TurboError(`The tensor ${name} does not hold floating-point numbers.`, {
        value: dtype,
        allowed: 'one of: float32, float16, bfloat16, float64',
      });
  }
}
