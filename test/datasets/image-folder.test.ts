import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ofKind, openDataset } from '../../src/datasets/open-dataset.js';
import { dataset } from './small-datasets.js';

const FILES = {
  'test/n02/b.JPEG': 'b',
  'test/n02/a.png': 'a',
  'test/n02/notes.txt': 'no picture',
  'test/n01/c.webp': 'c',
  'val/n01/d.webp': 'd',
};

const open = async (files: object = {}, more: object = {}, options: object = {}) =>
  ofKind(
    await openDataset('birds', {
      ...(await dataset(
        'birds',
        'image-folder',
        { ...FILES, ...files },
        { splits: { test: {}, val: {} }, ...more },
      )),
      ...options,
    }),
    'classification',
  );

describe('an image folder', () => {
  it('labels the sorted class folders, and lists their pictures by name', async () => {
    const birds = await open();
    expect(birds).toMatchObject({ name: 'birds', split: 'test' });
    expect(birds.classes.map(({ name }) => name)).toEqual(['n01', 'n02']);
    expect(birds.samples.map(({ id, label }) => [id, label])).toEqual([
      ['test/n01/c.webp', 0],
      ['test/n02/a.png', 1],
      ['test/n02/b.JPEG', 1],
    ]);
    expect(birds.samples[0]!.image).toMatchObject({
      path: expect.stringContaining(join('test', 'n01', 'c.webp')),
    });
    expect(birds.templates).toEqual(['a photo of a {}.']);
  });

  it('takes order and names from classes.json, and prompts from templates.json', async () => {
    const birds = await open({
      'classes.json': [
        { id: 'n02', name: 'heron' },
        { id: 'n03', name: 'swan', group: 'water' },
        { id: 'n01', name: 'crow' },
      ],
      'templates.json': ['a {}', 'the {}'],
    });
    expect(birds.classes[1]).toEqual({ id: 'n03', name: 'swan' });
    expect(birds.samples.map(({ label }) => label)).toEqual([0, 0, 2]);
    expect(birds.templates).toEqual(['a {}', 'the {}']);
  });

  it('takes names and prompts from the manifest where the data brings none', async () => {
    const birds = await open({}, { classes: ['crow', 'heron'], templates: ['one {}'] });
    expect(birds.classes).toEqual([
      { id: 'n01', name: 'crow' },
      { id: 'n02', name: 'heron' },
    ]);
    expect(birds.templates).toEqual(['one {}']);
  });

  it('refuses class lists that do not fit the folders', async () => {
    await expect(open({ 'classes.json': [{ id: 'n01', name: 'crow' }] })).rejects.toThrow(
      /without a class: n02/,
    );
    await expect(open({}, { classes: ['crow'] })).rejects.toThrow('1 names, 2 folders');
    await expect(open({ 'classes.json': '[{' })).rejects.toThrow('classes.json cannot be used');
    await expect(open({ 'templates.json': ['no place'] })).rejects.toThrow('templates.json cannot be used');
  });

  it('says which splits there are', async () => {
    await expect(open({}, {}, { split: 'vall' })).rejects.toThrow(/no split vall[\s\S]*did you mean val\?/);
  });
});
