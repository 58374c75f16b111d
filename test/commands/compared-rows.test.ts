import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { comparedRows } from '../../src/command-line/compared-rows.js';
import { writePredictions } from '../../src/runner/predictions-file.js';
import { trialLine } from '../runner/row.js';

const folder = mkdtempSync(join(tmpdir(), 'compared-'));

/** A trial with its predictions: wrong about the first samples. */
async function trial(method: string, wrong: number) {
  const outcomes = Array.from({ length: 50 }, (_, at) => ({ sample: `${at}`, rank: at < wrong ? 2 : 1 }));
  const row = { trial: method, method, metrics: { top1: 1 - wrong / 50 } };
  return { ...trialLine(method, row), predictions: await writePredictions(folder, method, outcomes) };
}

describe('the rows of a journal', () => {
  it('are compared with their baseline where their predictions are whole, and it is said where not', async () => {
    const trials = [await trial('none', 5), await trial('turbo', 6), await trial('tome', 30)];
    writeFileSync(join(folder, trials[1]!.predictions.file), 'something else');
    const notices: string[] = [];
    const rows = await comparedRows(trials, folder, 0, (text) => notices.push(text));
    expect(rows.map(({ comparisons }) => comparisons?.top1?.difference)).toEqual([
      undefined,
      undefined,
      expect.closeTo(-0.5, 12),
    ]);
    expect(notices).toMatchObject([/^turbo is not compared with its baseline: .*turbo\.jsonl\.gz\.$/]);
  });

  it('are left as they are where nothing was kept', async () => {
    const rows = await comparedRows([trialLine('a'), trialLine('b')], folder, 0, () => {
      throw new Error('nothing is to be said');
    });
    expect(rows).toEqual([trialLine('a').row, trialLine('b').row]);
  });
});
