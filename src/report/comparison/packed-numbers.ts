/** Many numbers as one short text for a JSON file that is committed: 64-bit, compressed, in base 64. No digit is lost. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { TurboError } from '../../errors/turbo-error.js';

const BYTES = Float64Array.BYTES_PER_ELEMENT;

export function packNumbers(values: Float64Array): string {
  const bytes = Buffer.alloc(values.length * BYTES);
  for (const [at, value] of values.entries()) bytes.writeDoubleLE(value, at * BYTES);
  return gzipSync(bytes, { level: 9 }).toString('base64');
}

/** @param count how many there must be @throws TurboError when the text holds anything else */
export function unpackNumbers(packed: string, count: number): Float64Array {
  const bytes = unzipped(packed, count * BYTES);
  if (bytes?.length !== count * BYTES)
    throw new TurboError('The numbers of a baseline file are damaged', {
      value: packed,
      allowed: `${count} numbers, compressed, in base 64`,
      next: 'Write the file again: turbo-bench compare --write-baseline FILE FOLDER',
    });
  return Float64Array.from({ length: count }, (_, at) => bytes.readDoubleLE(at * BYTES));
}

function unzipped(packed: string, mostBytes: number): Buffer | undefined {
  try {
    return gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: Math.max(mostBytes, 1) });
  } catch {
    return undefined;
  }
}
