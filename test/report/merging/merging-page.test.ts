import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { MERGING, readMerging } from '../../../src/report/merging/kept-merging.js';
import {
  alphasOf,
  choiceAt,
  layerNames,
  mergingColumns,
} from '../../../src/report/merging/merging-columns.js';
import { mergingPage } from '../../../src/report/merging/merging-page.js';
import { shortened } from '../../../src/report/merging/merging-picture.js';
import { writeMerging } from '../../../src/report/merging/write-merging.js';
import { smallPicture, withAlphas } from './small-picture.js';

const picture = smallPicture();
const folder = mkdtempSync(join(tmpdir(), 'merging-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the columns of a page of merging', () => {
  it('hold variants that differ in α alone, from the smallest on', () => {
    const columns = mergingColumns(withAlphas([5, 0]));
    expect(columns.map(({ name, choices }) => [name, choices.map(({ alpha }) => alpha)])).toEqual([
      ['Turbo', [0, 5]],
      ['Pruning', [null]],
    ]);
    expect(alphasOf(columns)).toEqual([0, 5]);
    expect(choiceAt(columns[0]!, 5).variant.parameters.alpha).toBe(5);
    expect(choiceAt(columns[1]!, 5).alpha).toBeNull();
  });

  it('leave nothing to choose where every reduction has one α', () => {
    expect(alphasOf(mergingColumns(picture))).toEqual([]);
  });

  it('have the layers that any of them shows', () => {
    expect(layerNames(picture)).toEqual(['block 0', 'block 1']);
  });
});

describe('the page of merging', () => {
  it('allows its own script and nothing else', async () => {
    const html = await mergingPage(picture);
    const script = /<script>([\s\S]*)<\/script>/.exec(html)![1]!;
    const hash = createHash('sha256').update(script).digest('base64');
    expect(html).toContain(`default-src 'none'; script-src 'sha256-${hash}'; style-src`);
    expect(html).not.toMatch(/<link rel="stylesheet|src="http/);
  });

  it('keeps a name full of markup as text', async () => {
    const html = await mergingPage({ ...picture, name: '</script><img onerror=x>.png', text: '<b>' });
    expect(html).not.toContain('<img onerror');
    expect(html.match(/<\/script>/g)).toHaveLength(2);
  });
});

describe('pictures of merging beside a run', () => {
  it('are read as they were written', async () => {
    const run = join(folder, 'run');
    await writeMerging([withAlphas([0, 5])], { folder: join(run, MERGING), format: 'json', views: [] });
    const read = await readMerging(run, (text) => expect.unreachable(text));
    expect(read).toEqual([shortened(withAlphas([0, 5]))]);
  });

  it('are none where nothing was drawn', async () => {
    expect(await readMerging(join(folder, 'nowhere'), (text) => expect.unreachable(text))).toEqual([]);
  });

  it.each([
    ['cut off', '{"model": "tiny", '],
    ['of other fields', '{"model": "tiny"}'],
    ['with markup for a picture', JSON.stringify({ ...picture, pngBase64: '"/><script>' })],
    ['with a grid for a bomb', JSON.stringify({ ...picture, grid: { rows: 1e9, columns: 1e9 } })],
  ])('are left out and named when they are %s', async (how, text) => {
    const run = join(folder, how.replaceAll(' ', '-'));
    mkdirSync(join(run, MERGING), { recursive: true });
    writeFileSync(join(run, MERGING, 'cat.json'), text);
    const notices: string[] = [];
    expect(await readMerging(run, (notice) => notices.push(notice))).toEqual([]);
    expect(notices).toEqual([`${join(run, MERGING, 'cat.json')} is no picture of merging and is left out.`]);
  });
});
