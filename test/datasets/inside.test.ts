import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../src/datasets/open-dataset.js';
import { dataset, folderOf } from './small-datasets.js';

const PICTURES = { 'n01/1.png': '1', 'n02/2.png': '2' };

/** An image folder whose split `test`, a class in it or a picture is a link to `target`. */
async function linked(place: 'test' | 'test/n03' | 'test/n01/3.png' | 'classes.json', target: string) {
  const files = place === 'test' ? {} : { 'test/n01/1.png': '1' };
  const options = await dataset('birds', 'image-folder', files);
  await mkdir(join(options.root, 'beside'), { recursive: true });
  await symlink(target, join(options.root, place));
  return options;
}

describe('a link in a dataset', () => {
  it('is followed where it stays inside', async () => {
    const options = await dataset('birds', 'image-folder', {
      'photos/n01/1.png': '1',
      'photos/n02/2.png': '2',
    });
    await symlink('photos', join(options.root, 'test'));
    expect((await openDataset('birds', options)).kind).toBe('classification');
  });

  it.each([
    ['test', 'a split'],
    ['test/n03', 'a class'],
  ] as const)(
    'is refused where %s, %s, is elsewhere, and followed when the user says so',
    async (place, _) => {
      const elsewhere = await folderOf(place === 'test' ? PICTURES : { '3.png': '3' });
      const options = await linked(place, elsewhere);
      await expect(openDataset('birds', options)).rejects.toThrow(
        /a link leads out of the dataset[\s\S]*TURBO_BENCH_DATA_LINKS=/,
      );
      expect((await openDataset('birds', { ...options, linkTargets: `/nowhere:${elsewhere}` })).kind).toBe(
        'classification',
      );
    },
  );

  it('is refused where it makes a picture or a list of classes of any file', async () => {
    const secret = join(await folderOf({ secret: '{}' }), 'secret');
    for (const place of ['test/n01/3.png', 'classes.json'] as const)
      await expect(openDataset('birds', await linked(place, secret))).rejects.toThrow(
        /a link leads out of the dataset/,
      );
  });

  it('may lead to a dataset beside it, and the dataset itself may be a link', async () => {
    const dataFolder = await folderOf({ 'photos/n01/1.png': '1' });
    const { manifests } = await dataset('birds', 'image-folder', {});
    await mkdir(join(dataFolder, 'elsewhere'));
    await symlink('../photos', join(dataFolder, 'elsewhere', 'test'));
    await symlink('elsewhere', join(dataFolder, 'birds'));
    expect((await openDataset('birds', { manifests, dataFolder })).kind).toBe('classification');
  });
});

it('refuses a picture whose name no file system takes, as one that is not there', async () => {
  const pair = { sentence: 'A dog.', label: 'True', images: ['1.png', 'x'.repeat(5000)] };
  const options = await dataset('pairs', 'nlvr2', { '1.png': '1', 'nlvr_test.json': JSON.stringify([pair]) });
  await expect(openDataset('pairs', options)).rejects.toThrow(/the dataset lists .*, which does not exist/);
});

describe('the files that a manifest names', () => {
  it.each(['classes', 'templates'])('are refused outside the folder of datasets: %s', async (key) => {
    const options = await dataset(
      'birds',
      'image-folder',
      { 'test/n01/1.png': '1' },
      { [key]: '../../etc/passwd' },
    );
    await expect(openDataset('birds', options)).rejects.toThrow(
      /outside the folder of datasets[\s\S]*stays inside/,
    );
  });
});
