/**
 * Weights that are computed from those of a checkpoint. Nothing is read or computed before an engine asks for it, and nothing is
 * kept but what was made last, since the parts of one weight (numbers and scales) are asked for one after the other.
 */
import { type Tensor, type Weight, type WeightStore, weight } from '../graph/index.js';

/** Parts of one weight by name, as raw little-endian bytes. */
export type Parts = Readonly<Record<string, ArrayBufferView>>;

export interface PartType {
  readonly dtype: Tensor['dtype'];
  readonly shape: readonly number[];
}

/** Makes tensors for the parts of weights; the same weight always gives the same tensors. */
export type DeriveParts<Names extends string> = (
  original: Tensor & { readonly source: Weight },
) => Record<Names, Tensor>;

/** @param types of the parts of a weight, by name @param make computes them from its values */
export function deriveWeights<Names extends string>(
  types: (shape: readonly number[]) => Record<Names, PartType>,
  make: (values: Float32Array, shape: readonly number[]) => Record<Names, ArrayBufferView>,
): DeriveParts<Names> {
  const stores = new Map<WeightStore, Map<string, Record<Names, Tensor>>>();
  let last: { readonly key: object; readonly parts: Parts } | undefined;
  return ({ source, shape: sides }) => {
    const shape = sides as readonly number[];
    const known = stores.get(source.store) ?? new Map<string, Record<Names, Tensor>>();
    stores.set(source.store, known);
    const found = known.get(source.name);
    if (found !== undefined) return found;
    const key = {};
    const store: WeightStore = {
      locate: () => undefined,
      readBytes(name) {
        if (last?.key !== key) last = { key, parts: make(floatsOf(source), shape) };
        const { buffer, byteOffset, byteLength } = last.parts[partOf(name)]!;
        return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
      },
    };
    const made = Object.fromEntries(
      Object.entries<PartType>(types(shape)).map(([part, type]) => [
        part,
        weight(store, `${source.name}${SEPARATOR}${part}`, type.dtype, type.shape),
      ]),
    ) as Record<Names, Tensor>;
    known.set(source.name, made);
    return made;
  };
}

const SEPARATOR = ' as ';

function partOf(name: string): string {
  return name.slice(name.lastIndexOf(SEPARATOR) + SEPARATOR.length);
}

/** The values of a float32 weight. */
export function floatsOf({ store, name }: Weight): Float32Array {
  const bytes = store.readBytes(name);
  const isAligned = bytes.byteOffset % Float32Array.BYTES_PER_ELEMENT === 0;
  const { buffer, byteOffset, byteLength } = isAligned ? bytes : bytes.slice();
  return new Float32Array(buffer as ArrayBuffer, byteOffset, byteLength / Float32Array.BYTES_PER_ELEMENT);
}
