/**
 * A zip archive of stored entries, the same bytes for the same entries: all of them are dated 1 January 1980.
 *
 * Format: PKWARE APPNOTE 6.3.9, sections 4.3.7 (local header), 4.3.12 (central directory) and 4.3.16 (end record), without zip64.
 */
import { crc32 } from 'node:zlib';

const localSignature = 0x04034b50;
const centralSignature = 0x02014b50;
const endSignature = 0x06054b50;
/** Version 2.0 of the format. */
const version = 20;
const utf8Flag = 1 << 11;
const firstDay = (1 << 5) | 1;
const largest = 0xffffffff;

/** Parts of the archive in their order. Entries must stay below 4 GiB together. @param entries content by name */
export function zipArchive(entries: ReadonlyMap<string, Uint8Array>): Uint8Array[] {
  const body: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const [name, content] of entries) {
    const encoded = Buffer.from(name, 'utf8');
    const fields = sharedFields(encoded, content);
    const start = offset;
    for (const part of [localHeader(fields), encoded, content]) {
      body.push(part);
      offset += part.byteLength;
    }
    directory.push(centralHeader(fields, start), encoded);
  }
  if (offset > largest) throw new Error(`an archive of ${offset} bytes needs zip64`);
  return [...body, ...directory, endRecord(entries.size, offset, directory)];
}

/** What local and central header both hold, from the version on: 26 bytes. */
function sharedFields(name: Uint8Array, content: Uint8Array): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(version, 0);
  fields.writeUInt16LE(utf8Flag, 2);
  fields.writeUInt16LE(firstDay, 8);
  fields.writeUInt32LE(crc32(content), 10);
  fields.writeUInt32LE(content.byteLength, 14);
  fields.writeUInt32LE(content.byteLength, 18);
  fields.writeUInt16LE(name.byteLength, 22);
  return fields;
}

function localHeader(fields: Buffer): Buffer {
  const signature = Buffer.alloc(4);
  signature.writeUInt32LE(localSignature);
  return Buffer.concat([signature, fields]);
}

function centralHeader(fields: Buffer, offset: number): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(centralSignature, 0);
  header.writeUInt16LE(version, 4);
  fields.copy(header, 6);
  header.writeUInt32LE(offset, 42);
  return header;
}

function endRecord(count: number, offset: number, directory: readonly Uint8Array[]): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(endSignature, 0);
  record.writeUInt16LE(count, 8);
  record.writeUInt16LE(count, 10);
  record.writeUInt32LE(
    directory.reduce((sum, part) => sum + part.byteLength, 0),
    12,
  );
  record.writeUInt32LE(offset, 16);
  return record;
}
