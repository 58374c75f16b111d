/** What PyTorch, numpy and the safetensors library read from the fixtures (`test/fixtures/checkpoints/make.py`). */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface ExpectedTensor {
  dtype: string;
  shape: number[];
  stored: string;
  float32?: string;
}

export const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/checkpoints/${name}`, import.meta.url));

export const modelFixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/models/${name}`, import.meta.url));

const all = JSON.parse(readFileSync(fixture('expected.json'), 'utf8')) as Record<string, unknown>;

export const expectedTensors = (name: string): Record<string, ExpectedTensor> =>
  all[name] as Record<string, ExpectedTensor>;

export const expectedWidening = all.widening as Record<'float16' | 'bfloat16', string>;

/** The digest that the fixtures use: 16 hexadecimal digits of sha256. */
export function shortDigest(array: ArrayBufferView): string {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}
