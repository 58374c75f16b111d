/** One safetensors file as a source of tensors; only its header is held in memory. */
import { openByteFile } from './byte-file.js';
import { readSafetensorsHeader } from './safetensors-header.js';
import type { TensorSource, WeightInfo } from './tensor-source.js';

/** Whether the file begins as a safetensors file does: eight bytes of length, then a JSON object. */
export function beginsAsSafetensors(path: string): boolean {
  const file = openByteFile(path);
  try {
    return file.byteLength > 8 && file.read(8, 1)[0] === '{'.charCodeAt(0) && file.read(7, 1)[0] === 0;
  } finally {
    file.close();
  }
}

/** Opens `path` and checks its header. */
export function openSafetensors(path: string): TensorSource & { metadata: Readonly<Record<string, string>> } {
  const file = openByteFile(path);
  try {
    const { tensors: entries, metadata } = readSafetensorsHeader(file);
    const tensors = new Map<string, WeightInfo>();
    for (const [name, { dtype, shape, offset, byteLength }] of entries) {
      tensors.set(name, { name, dtype, shape, location: { file: path, offset, byteLength } });
    }
    return {
      tensors,
      metadata,
      readBytes(name) {
        const entry = entries.get(name);
        if (entry === undefined) throw new Error(`${path} has no tensor ${name}`);
        return file.read(entry.offset, entry.byteLength);
      },
      close: file.close,
    };
  } catch (thrown) {
    file.close();
    throw thrown;
  }
}
