import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Weights {
  readonly bytes: number;
  readonly sha256: string;
}
interface Entry extends Partial<Weights> {
  readonly path: string;
  readonly licence: string;
  readonly source: string;
  /** Of a checkpoint in several files; otherwise the entry itself tells of `model.safetensors`. */
  readonly weights?: readonly (Weights & { readonly file: string })[];
}

const { models } = parse(readFileSync('models/manifest.yaml', 'utf8')) as { models: readonly Entry[] };

describe('the manifest of the embedded weights', () => {
  it('names every file of weights with its size, digest, source and licence', () => {
    const named = models.flatMap(({ path, bytes, sha256, weights, licence, source }) => {
      expect([licence, source]).not.toContain('');
      const files = weights ?? [{ file: 'model.safetensors', bytes, sha256 }];
      return files.map(({ file, ...told }) => [join('models', path, file), told] as const);
    });
    const there = readdirSync('models', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.safetensors'))
      .map((file) => {
        const content = readFileSync(join('models', file));
        const sha256 = createHash('sha256').update(content).digest('hex');
        return [join('models', file), { bytes: content.length, sha256 }] as const;
      });
    expect(Object.fromEntries(named)).toEqual(Object.fromEntries(there));
  });
});
