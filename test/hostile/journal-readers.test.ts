/** Journals and predictions, damaged or written by hand: what cannot be trusted is left out or refused, and the rest makes a report. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { chartsOfText } from '../../src/command-line/charts-of-text.js';
import { journalRun } from '../../src/command-line/journal-run.js';
import { recordOfPath } from '../../src/command-line/record-of-path.js';
import { chosenCharts } from '../../src/report/charts/registry.js';
import { renderCsv } from '../../src/report/csv.js';
import { renderTables } from '../../src/report/tables.js';
import { formatLine, type JournalLine } from '../../src/runner/journal-lines.js';
import { provenanceOf } from '../../src/runner/provenance.js';
import { trialLine } from '../runner/row.js';
import { damagedBytes, damagedJson, TELLING_TEXTS } from './damage.js';
import { hostileFolder } from './hostile-folder.js';
import { withstandsAll } from './withstands.js';

vi.mock('node:fs', async (original) => (await import('./watched-files.js')).watched(await original()));
vi.mock('node:fs/promises', async (original) =>
  (await import('./watched-files.js')).watched(await original()),
);

const { path: folder, put } = hostileFolder();
const predictions = gzipSync(
  ['a', 'b', 'c', 'd']
    .map((sample, at) => `${JSON.stringify({ sample, label: 'x', predicted: 'y', rank: at + 1 })}\n`)
    .join(''),
);
const kept = (file = 'predictions/a.jsonl.gz', bytes: Uint8Array = predictions) => ({
  predictions: { file, sha256: createHash('sha256').update(bytes).digest('hex'), samples: 4 },
});
const EXAMPLE = { sample: 'a', picture: 'key', question: null, said: 'a dog', expected: 'a cat', score: 0.5 };
const provenance = provenanceOf({
  ...{ threads: 2, experiment: 'small', experimentFile: 'small.yaml', experimentText: 'name: small\n' },
  ...{ seed: 0, startedAt: '2026-01-01T00:00:00.000Z' },
});
const LINES: JournalLine[] = [
  { kind: 'run', provenance, trials: ['a', 'b'] },
  { kind: 'picture', key: 'key', jpegBase64: 'aGVsbG8=' },
  {
    ...trialLine('a', { method: 'none', parameters: {}, metrics: { top1: 0.5 }, examples: [EXAMPLE] }),
    ...kept(),
  },
  { ...trialLine('b', { metrics: { top1: 0.4 }, energyJoulesPerImage: 3 }), ...kept() },
];

/** What `report` and `compare` do with a journal, drawing left out. */
async function reportOf(): Promise<void> {
  const { trials, provenance: known } = await journalRun(folder, false, () => {});
  const rows = trials.map(({ row }) => row);
  renderCsv(rows);
  renderTables(rows, []);
  for (const chart of chosenCharts(chartsOfText(known?.experimentText))) chart.draw(rows);
  await recordOfPath(folder, () => {});
}

const putPredictions = (bytes: Uint8Array = predictions): string => put('predictions/a.jsonl.gz', bytes);

describe('a journal', () => {
  it('whose bytes are damaged makes a report of what is left', async () => {
    putPredictions();
    const whole = Buffer.from(LINES.map(formatLine).join(''));
    await withstandsAll(
      damagedBytes(whole),
      (bytes) => {
        put('journal.jsonl', bytes);
        return reportOf();
      },
      { folder, few: 30 },
    );
  });

  it('that says something else under a right checksum makes a report of what fits', async () => {
    putPredictions();
    const changed = fc
      .nat(LINES.length - 1)
      .chain((at) =>
        damagedJson(LINES[at]).map((other) => LINES.map((line, place) => (place === at ? other : line))),
      );
    await withstandsAll(
      changed,
      (lines) => {
        const objects = lines.filter(
          (line) => typeof line === 'object' && line !== null && !Array.isArray(line),
        );
        put('journal.jsonl', objects.map((line) => formatLine(line as JournalLine)).join(''));
        return reportOf();
      },
      { folder, few: 70 },
    );
  });

  it('cannot name predictions that lie elsewhere', async () => {
    const outside = fc.constantFrom(
      ...TELLING_TEXTS,
      '../predictions/a.jsonl.gz',
      'predictions/../../a.jsonl.gz',
    );
    await withstandsAll(
      outside,
      (name) => {
        put(
          'journal.jsonl',
          [...LINES.slice(0, 3), { ...trialLine('b'), ...kept(name) }]
            .map((line) => formatLine(line as JournalLine))
            .join(''),
        );
        return reportOf();
      },
      { folder, few: 30 },
    );
  });
});

describe('predictions', () => {
  it('that are damaged, under a digest that is right, are left out', async () => {
    await withstandsAll(
      fc.oneof(
        damagedBytes(predictions),
        fc
          .constantFrom('{}', '[]', '{"sample":1}', '{"sample":"a","rank":"x"}')
          .map((line) => gzipSync(line)),
      ),
      (bytes) => {
        putPredictions(bytes);
        const lines = [
          ...LINES.slice(0, 2),
          ...LINES.slice(2).map((line) => ({ ...line, ...kept(undefined, bytes) })),
        ];
        put('journal.jsonl', lines.map((line) => formatLine(line as JournalLine)).join(''));
        return reportOf();
      },
      { folder, few: 30 },
    );
  });

  it('cannot inflate to more than so many samples need', async () => {
    const bomb = gzipSync(Buffer.alloc(2 ** 25, 0x20));
    putPredictions(bomb);
    put(
      'journal.jsonl',
      [LINES[0]!, { ...trialLine('a'), ...kept(undefined, bomb) }].map(formatLine).join(''),
    );
    const told: string[] = [];
    await recordOfPath(folder, (text) => told.push(text));
    expect(told.join()).toContain('Predictions of a trial are not what such a file holds');
  });
});
