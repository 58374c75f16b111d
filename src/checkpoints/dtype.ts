/**
 * Element types of stored tensors, under the names that PyTorch gives them.
 *
 * Codes: https://github.com/huggingface/safetensors, `Dtype` in `safetensors/src/tensor.rs`.
 */

/** Bytes per element, in the order in which safetensors ranks its types, lowest first. */
export const dtypeByteWidth = {
  bool: 1,
  uint8: 1,
  int8: 1,
  int16: 2,
  uint16: 2,
  float16: 2,
  bfloat16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
  float64: 8,
  int64: 8,
  uint64: 8,
} as const;
export type Dtype = keyof typeof dtypeByteWidth;

export const dtypes = Object.keys(dtypeByteWidth) as Dtype[];

const safetensorsCodes: Record<Dtype, string> = {
  bool: 'BOOL',
  uint8: 'U8',
  int8: 'I8',
  int16: 'I16',
  uint16: 'U16',
  float16: 'F16',
  bfloat16: 'BF16',
  int32: 'I32',
  uint32: 'U32',
  float32: 'F32',
  float64: 'F64',
  int64: 'I64',
  uint64: 'U64',
};
const dtypeOfCode = new Map(dtypes.map((dtype) => [safetensorsCodes[dtype], dtype]));

/** The code that a safetensors header uses: `float32` → `F32`. */
export function safetensorsCode(dtype: Dtype): string {
  return safetensorsCodes[dtype];
}

/** The type behind a safetensors code, or undefined for one that turbo-bench cannot read. */
export function dtypeFromSafetensorsCode(code: string): Dtype | undefined {
  return dtypeOfCode.get(code);
}

/** All safetensors codes that can be read. */
export const readableSafetensorsCodes: readonly string[] = [...dtypeOfCode.keys()];

/** Elements of a shape; NaN when the product is no longer exact. A scalar (`[]`) has one. */
export function elementCount(shape: readonly number[]): number {
  if (shape.includes(0)) return 0;
  const count = shape.reduce((product, size) => product * size, 1);
  return Number.isSafeInteger(count) ? count : Number.NaN;
}
