/** Fingerprints of weight files, streamed. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';

/** sha256 of one file, hexadecimal. */
export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/**
 * One file: its sha256. Several: the sha256 of what `sha256sum a b …` prints for them in order of their names, so that
 * it can be computed outside turbo-bench, too.
 */
export async function digestOfFiles(files: readonly string[]): Promise<string> {
  if (files.length === 1) return sha256OfFile(files[0]!);
  const lines: string[] = [];
  for (const file of [...files].sort()) lines.push(`${await sha256OfFile(file)}  ${path.basename(file)}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex');
}
