/**
 * Views into a storage: offset, shape and strides, all in elements, as PyTorch keeps its tensors.
 */

export interface StridedView {
  /** First element within the storage. */
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** Whether the elements lie row-major without gaps; strides of axes of size 1 do not matter. */
export function isContiguous({ shape, strides }: StridedView): boolean {
  if (shape.includes(0)) return true;
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}

/** Elements of the storage from the first to the last that the view touches, both included; 0 for an empty view. */
export function spannedElements({ shape, strides }: StridedView): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((last, size, axis) => last + (size - 1) * strides[axis]!, 1);
}

/**
 * Copies a view row-major.
 *
 * @param spanned the bytes of the storage from the view's first element on
 */
export function gather(
  { shape, strides }: StridedView,
  spanned: Uint8Array,
  elementBytes: number,
): Uint8Array<ArrayBuffer> {
  const count = shape.reduce((product, size) => product * size, 1);
  const result = new Uint8Array(count * elementBytes);
  const index = new Array<number>(shape.length).fill(0);
  let element = 0;
  for (let written = 0; written < result.length; written += elementBytes) {
    const from = element * elementBytes;
    for (let byte = 0; byte < elementBytes; byte++) result[written + byte] = spanned[from + byte]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      element += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      element -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}
