/**
 * The content of one entry of a zip archive, inflated where need be and held to its checksum.
 *
 * Format: PKWARE APPNOTE 6.3.9, sections 4.4.5 and 4.4.7; deflate is RFC 1951.
 */
import { crc32, inflateRawSync } from 'node:zlib';
import type { ByteFile } from './byte-file.js';
import { damaged, type ZipEntry } from './zip.js';

/** Largest content that is read into memory: a file of a few bytes can claim to inflate to anything. */
const longestContentBytes = 2 ** 30;

/** Bytes of an entry in a buffer of their own. Throws where they do not inflate to what the directory states. */
export function readZipEntry(file: ByteFile, name: string, entry: ZipEntry): Uint8Array<ArrayBuffer> {
  const { offset, byteLength, storedByteLength, isDeflated, checksum } = entry;
  if (byteLength > longestContentBytes)
    throw damaged(file, `${name} claims ${byteLength} bytes, more than ${longestContentBytes}`);
  const stored = file.read(offset, storedByteLength);
  const content = isDeflated ? inflated(file, name, stored, byteLength) : stored;
  if (content.byteLength !== byteLength)
    throw damaged(file, `${name} has ${content.byteLength} bytes, not ${byteLength}`);
  if (crc32(content) !== checksum) throw damaged(file, `${name} does not have its checksum`);
  return content;
}

function inflated(
  file: ByteFile,
  name: string,
  stored: Uint8Array,
  byteLength: number,
): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(inflateRawSync(stored, { maxOutputLength: Math.max(byteLength, 1) }));
  } catch {
    throw damaged(file, `${name} cannot be inflated`);
  }
}
