import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../src/datasets/open-dataset.js';
import { folderOf, manifest } from './small-datasets.js';

const ENTRIES = [{ sentence: 'A dog.', label: 'True', images: ['test_1.webp', 'test_2.webp'] }];

/** A folder of datasets in which the pairs are of the pictures of `scenes`. */
const folder = (imageRoot: string, format = 'nlvr2') =>
  folderOf({
    'scenes/images/test_1.webp': '1',
    'scenes/images/test_2.webp': '2',
    'pairs/manifest.yaml': manifest('pairs', format, { imageRoot }),
    'pairs/nlvr_test.json': ENTRIES,
    'pairs/dataset_pairs.json': {
      images: [{ filename: 'test_1.webp', split: 'test', sentences: [{ raw: 'x' }] }],
    },
  });

describe('the imageRoot of a manifest', () => {
  it('leads to the pictures of a dataset beside it', async () => {
    const datasets = await folder('../scenes/images');
    const pairs = await openDataset('pairs', { manifests: [datasets] });
    if (pairs.kind !== 'image-pairs') throw new Error('the kind has changed');
    expect(pairs.pairs[0]!.images).toEqual(
      ['test_1.webp', 'test_2.webp'].map((name) => ({
        kind: 'file',
        path: join(datasets, 'scenes', 'images', name),
      })),
    );
  });

  it('is heeded by captions, too', async () => {
    const datasets = await folder('../scenes/images', 'coco-captions');
    const captions = await openDataset('pairs', { manifests: [datasets] });
    if (captions.kind !== 'image-text') throw new Error('the kind has changed');
    expect(captions.images[0]!.image).toEqual({
      kind: 'file',
      path: join(datasets, 'scenes', 'images', 'test_1.webp'),
    });
  });

  it.each(['../../elsewhere', '/etc', '../..'])(
    'is refused when it is %s, outside the folder of datasets',
    async (imageRoot) => {
      const opened = openDataset('pairs', { manifests: [await folder(imageRoot)] });
      await expect(opened).rejects.toThrow(
        /outside the folder of datasets[\s\S]*manifest\.yaml[\s\S]*stays inside/,
      );
    },
  );

  it('says where a picture was looked for when the other dataset lacks it', async () => {
    const opened = openDataset('pairs', { manifests: [await folder('../scenes')] });
    expect((await opened).kind).toBe('image-pairs');
    await expect(openDataset('pairs', { manifests: [await folder('../nothing')] })).rejects.toThrow(
      /test_1\.webp is in none of .*nothing/,
    );
  });

  it('is refused for formats whose annotations name no pictures', async () => {
    const opened = openDataset('pairs', { manifests: [await folder('../scenes/images', 'image-folder')] });
    await expect(opened).rejects.toThrow(/has no meaning for this format[\s\S]*imageRoot/);
  });
});
