import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readPredictions, writePredictions } from '../../src/runner/predictions-file.js';

const OUTCOMES = [
  { sample: 'n01/é.png', label: 'cat "tabby"', predicted: 'dog', rank: 2 },
  { sample: 'n02/2.png', label: 'dog', predicted: 'dog', rank: 1 },
];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'predictions-'));
});

describe('a predictions file', () => {
  it('gives back what was kept, and is the same to the byte when it is written again', async () => {
    const kept = await writePredictions(folder, '0a1b2c3d', OUTCOMES);
    expect(kept).toMatchObject({ file: 'predictions/0a1b2c3d.jsonl.gz', samples: 2 });
    expect(await readPredictions(folder, kept)).toEqual(OUTCOMES);
    expect(await writePredictions(folder, '0a1b2c3d', OUTCOMES)).toEqual(kept);
  });

  it('says that it is missing', async () => {
    const kept = await writePredictions(folder, '0a1b2c3d', OUTCOMES);
    rmSync(join(folder, kept.file));
    await expect(readPredictions(folder, kept)).rejects.toThrow(
      /Predictions of a trial are missing[\s\S]*0a1b2c3d\.jsonl\.gz[\s\S]*--fresh/,
    );
  });

  it('says that a byte of it was altered', async () => {
    const kept = await writePredictions(folder, '0a1b2c3d', OUTCOMES);
    const bytes = readFileSync(join(folder, kept.file));
    bytes[30]! ^= 1;
    writeFileSync(join(folder, kept.file), bytes);
    await expect(readPredictions(folder, kept)).rejects.toThrow('not those that its journal means');
  });

  it('says why it cannot be written', async () => {
    writeFileSync(join(folder, 'predictions'), 'a file in the way');
    await expect(writePredictions(folder, '0a1b2c3d', OUTCOMES)).rejects.toThrow(
      'Cannot write predictions: there is a file of that name',
    );
  });
});
