/**
 * The directory of a zip archive: where each entry lies in the file and how it is stored, so that it can be read by range.
 *
 * Format: PKWARE APPNOTE 6.3.9, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.14–16 (end records,
 * zip64) and 4.5.3 (zip64 extra field).
 */
import { TurboError } from '../errors/turbo-error.js';
import type { ByteFile } from './byte-file.js';

export interface ZipEntry {
  /** First byte of what is stored, counted from the start of the file. */
  readonly offset: number;
  /** Bytes of the content. */
  readonly byteLength: number;
  /** Bytes that it takes in the file: fewer where it is deflated, otherwise as many. */
  readonly storedByteLength: number;
  readonly isDeflated: boolean;
  /** CRC-32 of the content. */
  readonly checksum: number;
}

const endSignature = 0x06054b50;
const end64LocatorSignature = 0x07064b50;
const end64Signature = 0x06064b50;
const centralSignature = 0x02014b50;
const localSignature = 0x04034b50;
const endBytes = 22;
const end64LocatorBytes = 20;
const end64Bytes = 56;
const centralBytes = 46;
const localBytes = 30;
const longestComment = 0xffff;
const longestDirectoryBytes = 100_000_000;
const zip64ExtraId = 1;
const encryptedFlag = 1;
const storedMethod = 0;
const deflatedMethod = 8;

/** Whether the file begins as a zip archive with at least one entry does. */
export function isZip(file: ByteFile): boolean {
  return file.byteLength >= 4 && viewOf(file.read(0, 4)).getUint32(0, true) === localSignature;
}

/** All entries by name. */
export function readZipDirectory(file: ByteFile): Map<string, ZipEntry> {
  const { offset, byteLength, count } = locateDirectory(file);
  if (byteLength > longestDirectoryBytes) throw damaged(file, `the directory claims ${byteLength} bytes`);
  requireRange(file, offset, byteLength, 'the directory');
  const view = viewOf(file.read(offset, byteLength));
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + centralBytes > byteLength || view.getUint32(at, true) !== centralSignature) {
      throw damaged(file, `entry ${i} of the directory is malformed`);
    }
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const next = at + centralBytes + nameLength + extraLength + view.getUint16(at + 32, true);
    if (next > byteLength) throw damaged(file, `entry ${i} of the directory is cut off`);
    const name = new TextDecoder().decode(new Uint8Array(view.buffer, at + centralBytes, nameLength));
    if (entries.has(name)) throw damaged(file, `it has two entries named ${name}`);
    entries.set(name, entryAt(file, view, at, name, nameLength, extraLength));
    at = next;
  }
  return entries;
}

/** Reads the end record, and the zip64 one before it where there is one. */
function locateDirectory(file: ByteFile): { offset: number; byteLength: number; count: number } {
  const tailLength = Math.min(file.byteLength, endBytes + longestComment);
  const tailStart = file.byteLength - tailLength;
  const tail = viewOf(file.read(tailStart, tailLength));
  let at = tailLength - endBytes;
  while (at >= 0 && tail.getUint32(at, true) !== endSignature) at--;
  if (at < 0) throw damaged(file, 'its end record is missing (truncated?)');
  const locator = at - end64LocatorBytes;
  if (locator >= 0 && tail.getUint32(locator, true) === end64LocatorSignature) {
    const end64 = sizeAt(file, tail, locator + 8);
    requireRange(file, end64, end64Bytes, 'the zip64 end record');
    const record = viewOf(file.read(end64, end64Bytes));
    if (record.getUint32(0, true) !== end64Signature)
      throw damaged(file, 'its zip64 end record is malformed');
    return {
      count: sizeAt(file, record, 32),
      byteLength: sizeAt(file, record, 40),
      offset: sizeAt(file, record, 48),
    };
  }
  return {
    count: tail.getUint16(at + 10, true),
    byteLength: tail.getUint32(at + 12, true),
    offset: tail.getUint32(at + 16, true),
  };
}

function entryAt(
  file: ByteFile,
  view: DataView,
  at: number,
  name: string,
  nameLength: number,
  extraLength: number,
): ZipEntry {
  const method = view.getUint16(at + 10, true);
  if ((view.getUint16(at + 8, true) & encryptedFlag) !== 0) throw damaged(file, `${name} is encrypted`);
  if (method !== storedMethod && method !== deflatedMethod)
    throw damaged(file, `${name} is compressed in a way that is not supported (method ${method})`);
  const extra = zip64Fields(file, view, at + centralBytes + nameLength, extraLength);
  const wide = (position: number): number => {
    const narrow = view.getUint32(position, true);
    return narrow === 0xffffffff ? (extra.shift() ?? narrow) : narrow;
  };
  const byteLength = wide(at + 24);
  const storedByteLength = wide(at + 20);
  const headerOffset = wide(at + 42);
  const isDeflated = method === deflatedMethod;
  if (!isDeflated && byteLength !== storedByteLength) throw damaged(file, `${name} states two sizes`);
  requireRange(file, headerOffset, localBytes, name);
  const local = viewOf(file.read(headerOffset, localBytes));
  if (local.getUint32(0, true) !== localSignature) throw damaged(file, `${name} has no local header`);
  const offset = headerOffset + localBytes + local.getUint16(26, true) + local.getUint16(28, true);
  requireRange(file, offset, storedByteLength, name);
  return { offset, byteLength, storedByteLength, isDeflated, checksum: view.getUint32(at + 16, true) };
}

/** The 64-bit values that stand in for fields of 0xffffffff, in the order size, stored size, offset. */
function zip64Fields(file: ByteFile, view: DataView, start: number, length: number): number[] {
  for (let at = start; at + 4 <= start + length; ) {
    const size = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === zip64ExtraId && at + 4 + size <= start + length) {
      return Array.from({ length: Math.min(3, size >> 3) }, (_, i) => sizeAt(file, view, at + 4 + 8 * i));
    }
    at += 4 + size;
  }
  return [];
}

function sizeAt(file: ByteFile, view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged(file, `it states a size of ${value}`);
  return Number(value);
}

function requireRange(file: ByteFile, offset: number, byteLength: number, what: string): void {
  if (offset + byteLength > file.byteLength)
    throw damaged(file, `${what} lies beyond the end of the file (truncated?)`);
}

function viewOf(bytes: Uint8Array<ArrayBuffer>): DataView<ArrayBuffer> {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The refusal of an archive, with what is wrong with it. */
export function damaged(file: ByteFile, how: string): TurboError {
  return new TurboError(`The zip archive is damaged: ${how}.`, {
    where: file.path,
    next: 'download or copy the file again',
  });
}
