/** Fingerprint of what lies beside the weights and decides about results too: configuration, preprocessing, tokenizer. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { neededBesideWeights } from './hub/needed-files.js';

/**
 * sha256, hexadecimal, over the names and bytes of these files in the given folders; files that are the same under another folder's name
 * give the same digest.
 */
export function digestOfDescription(folders: readonly string[]): string {
  const hash = createHash('sha256');
  for (const folder of new Set(folders))
    for (const name of neededBesideWeights(readdirSync(folder)).sort()) {
      const bytes = readFileSync(path.join(folder, name));
      hash.update(`${name} ${bytes.length}\n`).update(bytes);
    }
  return hash.digest('hex');
}
