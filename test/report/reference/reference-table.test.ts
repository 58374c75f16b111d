import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TurboError } from '../../../src/errors/turbo-error.js';
import {
  readReference,
  referenceFolders,
  referenceIds,
} from '../../../src/report/reference/list-references.js';
import { parseReferenceTable } from '../../../src/report/reference/reference-table.js';

const table = {
  id: 'tiny',
  title: 'A tiny table',
  source: { what: 'nobody', url: 'https://example.org/table' },
  model: null,
  dataset: null,
  hardware: null,
  settings: {},
  columns: [
    { name: 'method', unit: '' },
    { name: 'top1', unit: '%', higherIsBetter: true },
  ],
  rows: [
    ['none', 80],
    ['tome', 79],
  ],
  notes: [],
  notReproduced: 'It is a test.',
};
const reproduction = {
  experiment: 'experiments/tiny.yaml',
  columns: [{ column: 'top1', measured: 'top1', factor: 100, compare: 'accuracy' }],
  rows: [{ published: { method: 'none' }, trial: { model: 'vit', method: 'none' } }],
};
const reproduced = { ...table, notReproduced: undefined, reproduction };
const parse = (changes: object) => parseReferenceTable(JSON.stringify({ ...table, ...changes }), 'tiny.json');

describe('parseReferenceTable', () => {
  it('takes a table with a reason or with a reproduction', () => {
    expect(parse({}).rows).toHaveLength(2);
    expect(parse(reproduced).reproduction?.rows[0]?.trial.parameters).toEqual({});
  });

  it.each([
    ['a row of another length', { rows: [['none', 80, 1]] }, /3 values for 2 columns.*rows\[0\]/s],
    ['words among results', { rows: [['none', 'eighty']] }, /a result is a number or null.*rows\[0\]\[1\]/s],
    [
      'two columns of one name',
      { columns: [table.columns[0], table.columns[0]] },
      /two columns have one name/,
    ],
    ['a source without address', { source: { what: 'hearsay' } }, /no address/],
    ['an unknown key', { colour: 'red' }, /colour/],
    [
      'neither experiment nor reason',
      { notReproduced: undefined },
      /either `reproduction` or `notReproduced`/,
    ],
    ['both of them', { reproduction }, /either `reproduction` or `notReproduced`/],
    [
      'a selector that names two rows',
      {
        ...reproduced,
        reproduction: { ...reproduction, rows: [{ ...reproduction.rows[0], published: {} }] },
      },
      /names 2 rows of the table, not one.*reproduction\.rows\[0\]\.published/s,
    ],
    [
      'a column that the table does not have',
      {
        ...reproduced,
        reproduction: { ...reproduction, columns: [{ ...reproduction.columns[0], column: 'top5' }] },
      },
      /has no column top5/,
    ],
    [
      'an experiment outside of experiments/',
      { ...reproduced, reproduction: { ...reproduction, experiment: '../tiny.yaml' } },
      /reproduction\.experiment/,
    ],
  ])('refuses %s and says where', (_, changes, message) => {
    expect(() => parse(changes)).toThrow(message);
    expect(() => parse(changes)).toThrow(TurboError);
    expect(() => parse(changes)).toThrow(/where: {3}tiny\.json/);
  });

  it('refuses a file that is no JSON', () => {
    expect(() => parseReferenceTable('{"id": ', 'broken.json')).toThrow(/cannot be used.*broken\.json/s);
  });
});

describe('readReference', () => {
  it('suggests the name that was probably meant', async () => {
    await expect(readReference('tome-readme-augerg')).rejects.toThrow(/did you mean tome-readme-augreg\?/);
  });

  it('prefers a table of the working folder, and holds it to its name', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'references-'));
    writeFileSync(join(folder, 'deit-readme.json'), JSON.stringify({ ...table, id: 'deit-readme' }));
    writeFileSync(join(folder, 'other.json'), JSON.stringify(table));
    const folders = [folder, join(folder, 'absent'), referenceFolders().at(-1)!];
    expect((await readReference('deit-readme', folders)).title).toBe('A tiny table');
    await expect(readReference('other', folders)).rejects.toThrow(/another name than its file/);
    expect(await referenceIds([join(folder, 'absent')])).toEqual([]);
  });
});
