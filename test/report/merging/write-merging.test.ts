import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { writeMerging } from '../../../src/report/merging/write-merging.js';
import { smallPicture } from './small-picture.js';

it('gives every picture of merging a file of its own, whatever its name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'turbo-merging-'));
  const names = ['cat.png', 'Cat.jpg', 'cat 2.png', '猫.png', '狗.png', '?.png', '!.png'];
  const written = await writeMerging(
    names.map((name) => smallPicture({ name })),
    { folder, format: 'json', views: [] },
  );
  expect(written.flat().map((path) => basename(path))).toEqual([
    ...['cat.json', 'cat-3.json', 'cat-2.json', '猫.json', '狗.json', 'picture.json', 'picture-2.json'],
  ]);
  await rm(folder, { recursive: true });
});
