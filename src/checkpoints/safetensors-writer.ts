/**
 * Writes safetensors files, byte for byte as the reference implementation does: tensors by falling dtype rank, then by
 * name, behind a header padded with spaces to a multiple of eight.
 *
 * Source: `prepare` in https://github.com/huggingface/safetensors, `safetensors/src/tensor.rs`.
 */
import { writeCompleteFile } from './complete-file.js';
import { type Dtype, dtypeByteWidth, dtypes, elementCount, safetensorsCode } from './dtype.js';

export interface TensorBytes {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Little-endian, row-major; any view whose byte length agrees with dtype and shape. */
  readonly data: ArrayBufferView;
}

/**
 * Writes `tensors` to `path`. The file appears under its name only when it is complete.
 *
 * @param metadata free text pairs, such as `{format: 'pt'}`, which some readers ask for
 */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, TensorBytes>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const sorted = [...tensors].sort(byRankThenName);
  const header = headerBytes(sorted, metadata);
  const contents = sorted.map(
    ([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  );
  await writeCompleteFile(path, [header, ...contents], 'The tensors cannot be written.');
}

function byRankThenName([nameA, a]: [string, TensorBytes], [nameB, b]: [string, TensorBytes]): number {
  return (
    dtypes.indexOf(b.dtype) - dtypes.indexOf(a.dtype) ||
    Buffer.compare(Buffer.from(nameA), Buffer.from(nameB))
  );
}

function headerBytes(
  sorted: readonly (readonly [string, TensorBytes])[],
  metadata: Readonly<Record<string, string>>,
): Buffer {
  const entries: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) entries.push(['__metadata__', metadata]);
  let offset = 0;
  for (const [name, { dtype, shape, data }] of sorted) {
    const expected = elementCount(shape) * dtypeByteWidth[dtype];
    if (data.byteLength !== expected) {
      throw new Error(`${name} is ${dtype} [${shape}], ${expected} bytes, but ${data.byteLength} were given`);
    }
    const range = [offset, offset + expected];
    entries.push([name, { dtype: safetensorsCode(dtype), shape, data_offsets: range }]);
    offset += expected;
  }
  const json = Buffer.from(
    `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join(',')}}`,
  );
  const padded = Math.ceil(json.length / 8) * 8;
  const header = Buffer.alloc(8 + padded, ' ');
  header.writeBigUInt64LE(BigInt(padded), 0);
  json.copy(header, 8);
  return header;
}
