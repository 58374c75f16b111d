/**
 * The header of a safetensors file, checked before a single tensor is believed.
 *
 * Format: https://huggingface.co/docs/safetensors#format. Eight bytes of header length, a JSON object that names
 * dtype, shape and byte range of every tensor, then the bytes; together the ranges cover the rest without gap or overlap.
 */
import { z } from 'zod';
import { TurboError } from '../errors/turbo-error.js';
import type { ByteFile } from './byte-file.js';
import {
  type Dtype,
  dtypeByteWidth,
  dtypeFromSafetensorsCode,
  elementCount,
  readableSafetensorsCodes,
} from './dtype.js';
import { parseStrictJson } from './strict-json.js';

/** The same limit as in the reference implementation. */
export const longestHeaderBytes = 100_000_000;
/** Header object, tensor entry, shape: real headers are three deep. */
const headerDepth = 3;
const lengthBytes = 8;

const Entry = z.strictObject({
  dtype: z.string(),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});
const Metadata = z.record(z.string(), z.string());

export interface SafetensorsEntry {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** First byte, counted from the start of the file. */
  readonly offset: number;
  readonly byteLength: number;
}

export interface SafetensorsHeader {
  /** In the order of the header. */
  readonly tensors: ReadonlyMap<string, SafetensorsEntry>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Reads and checks the header of `file`. */
export function readSafetensorsHeader(file: ByteFile): SafetensorsHeader {
  const json = parseStrictJson(headerText(file), headerDepth, file.path);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw damaged(file, 'The header is not a JSON object.');
  }
  const dataStart = lengthBytes + headerLength(file);
  const tensors = new Map<string, SafetensorsEntry>();
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(json)) {
    if (name === '__metadata__') metadata = checkedMetadata(file, value);
    else tensors.set(name, checkedEntry(file, name, value, dataStart));
  }
  checkCoverage(file, tensors, dataStart);
  return { tensors, metadata };
}

function headerLength(file: ByteFile): number {
  if (file.byteLength < lengthBytes) throw damaged(file, 'The file is too short to hold a header.');
  const first = file.read(0, lengthBytes);
  if (new TextDecoder().decode(first) === 'version ') {
    throw new TurboError('This is a Git LFS pointer, not the weights themselves.', {
      where: file.path,
      next: 'run: git lfs pull',
    });
  }
  const length = new DataView(first.buffer).getBigUint64(0, true);
  if (length > BigInt(longestHeaderBytes)) {
    throw damaged(file, `The header claims ${length} bytes; at most ${longestHeaderBytes} are allowed.`);
  }
  if (lengthBytes + Number(length) > file.byteLength) {
    throw damaged(file, `The header claims ${length} bytes, but the file has ${file.byteLength} in all.`);
  }
  return Number(length);
}

function headerText(file: ByteFile): string {
  const bytes = file.read(lengthBytes, headerLength(file));
  if (bytes[0] !== 0x7b) throw damaged(file, 'The header does not begin with {.');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw damaged(file, 'The header is not valid UTF-8.', cause);
  }
}

function checkedMetadata(file: ByteFile, value: unknown): Record<string, string> {
  const parsed = Metadata.safeParse(value);
  if (parsed.success) return parsed.data;
  throw damaged(file, '__metadata__ must map strings to strings.', parsed.error);
}

function checkedEntry(file: ByteFile, name: string, value: unknown, dataStart: number): SafetensorsEntry {
  const parsed = Entry.safeParse(value);
  if (!parsed.success) {
    throw damaged(
      file,
      `The header entry of ${name} is malformed.\n${z.prettifyError(parsed.error)}`,
      parsed.error,
    );
  }
  const { shape, data_offsets: range } = parsed.data;
  const dtype = dtypeFromSafetensorsCode(parsed.data.dtype);
  if (dtype === undefined) {
    throw new TurboError(`The dtype of ${name} cannot be read.`, {
      where: file.path,
      value: parsed.data.dtype,
      allowed: `one of: ${readableSafetensorsCodes.join(', ')}`,
    });
  }
  const byteLength = range[1] - range[0];
  const expected = elementCount(shape) * dtypeByteWidth[dtype];
  if (byteLength !== expected) {
    throw damaged(
      file,
      `${name} is ${dtype} [${shape}], ${expected} bytes, but its range has ${byteLength}.`,
    );
  }
  if (dataStart + range[1] > file.byteLength) {
    throw damaged(
      file,
      `${name} ends at byte ${dataStart + range[1]}, the file at ${file.byteLength}: truncated.`,
    );
  }
  return { dtype, shape, offset: dataStart + range[0], byteLength };
}

/** The ranges, sorted, must follow one another from the end of the header to the end of the file. */
function checkCoverage(file: ByteFile, tensors: SafetensorsHeader['tensors'], dataStart: number): void {
  const sorted = [...tensors].sort(([, a], [, b]) => a.offset - b.offset || a.byteLength - b.byteLength);
  let end = dataStart;
  for (const [name, { offset, byteLength }] of sorted) {
    if (offset < end) throw damaged(file, `The bytes of ${name} overlap those of another tensor.`);
    if (offset > end) throw damaged(file, `${offset - end} bytes before ${name} belong to no tensor.`);
    end = offset + byteLength;
  }
  if (end !== file.byteLength) {
    throw damaged(file, `${file.byteLength - end} bytes at the end of the file belong to no tensor.`);
  }
}

function damaged(file: ByteFile, what: string, cause?: unknown): TurboError {
  return new TurboError(what, {
    where: file.path,
    allowed: 'a complete safetensors file',
    next: 'download or copy the file again, or write it again with the safetensors library',
    cause,
  });
}
