import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { CHARTS } from '../../../src/report/charts/registry.js';
import { semanticValidity } from '../../../src/report/charts/semantic-validity.js';
import { renderReport } from '../../../src/report/report.js';
import { classificationRows, exampleRow, semanticValidityRows } from '../example-rows.js';

const MODELS = ['CLIP', 'CLIP+', 'clip', '猫', '狗', 'модель', 'a_b', 'a-b'];
const rows = MODELS.flatMap((model) => classificationRows().map((row) => ({ ...row, model })));
const filesOf = (chart: string) =>
  CHARTS.find(({ name }) => name === chart)!
    .draw(rows)
    .map(({ file }) => file);

describe('the files of charts', () => {
  it('have a name for every group, readable in every script', () => {
    expect(filesOf('trade-off')).toEqual(
      ['clip', 'clip-2', 'clip-3', '猫', '狗', 'модель', 'a-b', 'a-b-2'].map((model) =>
        model.endsWith('-2') || model.endsWith('-3')
          ? `trade-off-${model.slice(0, -2)}-classification-emoji-objects${model.slice(-2)}`
          : `trade-off-${model}-classification-emoji-objects`,
      ),
    );
  });

  it('are all different', () => {
    const files = CHARTS.flatMap((chart) => chart.draw(rows).map(({ file }) => file));
    expect(new Set(files.map((file) => file.normalize('NFKC').toLowerCase())).size).toBe(files.length);
  });

  it('give a group the same name in every chart, also where another group has no data for one', () => {
    const fewer = rows.filter(({ model, parameters }) => model !== 'CLIP' || parameters.alpha === undefined);
    const byAlpha = CHARTS.find(({ name }) => name === 'accuracy-by-alpha')!.draw(fewer);
    expect(byAlpha[0]!.file).toBe('accuracy-by-alpha-clip-classification-emoji-objects-2');
  });

  it('tell datasets apart whose names differ in their signs', () => {
    const sets = ['a b', 'a_b', '?'].flatMap((dataset) =>
      semanticValidityRows().map((row) => ({ ...row, dataset })),
    );
    expect(semanticValidity.draw(sets).map(({ file }) => file)).toEqual([
      'semantic-validity-a-b',
      'semantic-validity-a-b-2',
      'semantic-validity-dataset',
    ]);
  });

  it('are named like the sheets of samples', async () => {
    const red = { create: { width: 8, height: 8, channels: 3 as const, background: '#d01010' } };
    const jpegBase64 = (await sharp(red).jpeg().toBuffer()).toString('base64');
    const said = { sample: '1', picture: 'red', question: null, said: 'red', expected: 'red', score: 1 };
    const shown = ['CLIP', 'CLIP+'].map((model) => exampleRow({ model, examples: [said] }));
    const folder = await mkdtemp(join(tmpdir(), 'turbo-names-'));
    await renderReport(shown, folder, {
      charts: 'none',
      pictures: new Map([['red', { key: 'red', jpegBase64 }]]),
    });
    expect((await readdir(join(folder, 'samples'))).sort()).toEqual([
      'clip-classification-emoji-objects-2.png',
      'clip-classification-emoji-objects-2.svg',
      'clip-classification-emoji-objects.png',
      'clip-classification-emoji-objects.svg',
    ]);
    await rm(folder, { recursive: true });
  });
});
