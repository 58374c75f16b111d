import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { journalRun } from '../../src/command-line/journal-run.js';
import { openJournal } from '../../src/runner/journal.js';
import { writePredictions } from '../../src/runner/predictions-file.js';
import { trialLine } from '../runner/row.js';

it('shows what went wrong with the pictures that its journal keeps, and without the dataset', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'journal-run-'));
  const journal = openJournal(folder, true, () => new Date());
  const outcome = { sample: 'a.png', label: 'cat' };
  const said = { none: { predicted: 'cat', rank: 1 }, tome: { predicted: 'dog', rank: 2 } };
  for (const [method, saying] of Object.entries(said)) {
    const predictions = await writePredictions(folder, method, [{ ...outcome, ...saying }]);
    const row = { method, dataset: 'pets', task: 'classification', metrics: { top1: 0.5 } };
    journal.append({ ...trialLine(method, row), predictions });
  }
  for (const key of ['p1', 'shown-by-nothing'])
    journal.append({ kind: 'picture', key, jpegBase64: 'aGVsbG8=' });
  journal.append({ kind: 'sample', dataset: 'pets', sample: 'a.png', pictures: ['p1'] });
  journal.close();
  const { mistakes, pictures } = await journalRun(folder, false, () => {});
  expect(mistakes[0]?.shown).toMatchObject([
    { sample: 'a.png', label: 'cat', wrong: [{ said: 'dog' }], kept: { pictures: ['p1'] } },
  ]);
  expect(pictures).toEqual({ p1: 'aGVsbG8=' });
});
