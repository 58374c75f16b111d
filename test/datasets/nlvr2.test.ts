import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ofKind, openDataset } from '../../src/datasets/open-dataset.js';
import { dataset } from './small-datasets.js';

const open = async (files: Record<string, unknown>, options: object = {}) =>
  ofKind(
    await openDataset('nlvr', {
      ...(await dataset('nlvr', 'nlvr2', files, { splits: { test: {}, dev: {}, train: {} } })),
      split: 'dev',
      ...options,
    }),
    'image-pairs',
  );

const lines = (...entries: object[]): string => entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');

const FIRST = {
  identifier: 'dev-850-0-0',
  sentence: 'Two dogs run. ',
  label: 'False',
  writer: 105,
  synset: 'dog',
};
const SECOND = { ...FIRST, identifier: 'dev-850-0-1', sentence: 'A dog sits.', label: 'True' };
const PICTURES = { 'dev/dev-850-0-img0.png': 'l', 'dev/dev-850-0-img1.png': 'r' };

const BLIP = [
  { sentence: 'Two dogs run.', label: 'False', images: ['dev/dev-850-0-img0.png', 'dev/dev-850-0-img1.png'] },
  { sentence: 'A dog sits.', label: 'True', images: ['dev/dev-850-0-img1.png', 'dev/dev-850-0-img0.png'] },
];

describe('NLVR2', () => {
  it('reads the official JSON lines, pictures named by what comes before the last part', async () => {
    const nlvr = await open({ 'dev.json': lines(FIRST, SECOND), ...PICTURES });
    expect(nlvr.pairs.map(({ id, sentence, label }) => [id, sentence, label])).toEqual([
      ['dev-850-0-0', 'Two dogs run.', false],
      ['dev-850-0-1', 'A dog sits.', true],
    ]);
    for (const { images } of nlvr.pairs) {
      expect(images).toMatchObject([
        { kind: 'file', path: expect.stringContaining(join('dev', 'dev-850-0-img0.png')) },
        { kind: 'file', path: expect.stringContaining(join('dev', 'dev-850-0-img1.png')) },
      ]);
    }
  });

  it('finds the pictures of the training set in the directory that it states', async () => {
    const train = { ...FIRST, identifier: 'train-1-2-3', directory: 65 };
    const files = {
      'nlvr2/data/train.json': lines(train),
      'images/train/65/train-1-2-img0.png': 'l',
      'images/train/65/train-1-2-img1.png': 'r',
    };
    const [pair] = (await open(files, { split: 'train' })).pairs;
    expect(pair!.images[1]).toMatchObject({
      path: expect.stringContaining(join('images', 'train', '65', 'train-1-2-img1.png')),
    });
  });

  it("reads BLIP's list, pairs named by their place", async () => {
    const nlvr = await open({ 'nlvr_dev.json': BLIP, ...PICTURES });
    expect(nlvr.pairs.map(({ id, label }) => [id, label])).toEqual([
      ['dev/0', false],
      ['dev/1', true],
    ]);
    expect(nlvr.pairs[1]!.images[0]).toMatchObject({ path: expect.stringContaining('img1.png') });
  });

  it('finds the public test set as test and as test1', async () => {
    const files = {
      'test1.json': lines({ ...FIRST, identifier: 'test1-0-0-0' }),
      'test1/test1-0-0-img0.png': 'l',
      'test1/test1-0-0-img1.png': 'r',
    };
    for (const split of ['test', 'test1']) expect((await open(files, { split })).pairs.length).toBe(1);
    expect((await open({ 'nlvr_test.json': BLIP, ...PICTURES }, { split: 'test1' })).pairs.length).toBe(2);
  });

  it('has another digest with another sentence, label or picture', async () => {
    const digests = await Promise.all(
      [
        { 'nlvr_dev.json': BLIP, ...PICTURES },
        { 'nlvr_dev.json': [{ ...BLIP[0], label: 'True' }, BLIP[1]], ...PICTURES },
        { 'nlvr_dev.json': [{ ...BLIP[0], sentence: 'No.' }, BLIP[1]], ...PICTURES },
        { 'nlvr_dev.json': BLIP, ...PICTURES, 'dev/dev-850-0-img1.png': 'longer' },
      ].map(async (files) => (await open(files)).digest()),
    );
    expect(new Set(digests).size).toBe(4);
  });
});

describe('data of NLVR2 that is not sound', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    [
      'a line that is no JSON',
      { 'dev.json': `${lines(FIRST)}\n{"sentence": \n` },
      /malformed[\s\S]*dev\.json:3/,
    ],
    [
      'a line without a label',
      { 'dev.json': lines(FIRST, { ...SECOND, label: undefined }) },
      /label[\s\S]*dev\.json:2/,
    ],
    [
      'a label of another kind',
      { 'dev.json': lines({ ...FIRST, label: 'maybe' }) },
      /malformed[\s\S]*dev\.json:1/,
    ],
    [
      'an identifier of one part',
      { 'dev.json': lines({ ...FIRST, identifier: 'dev' }) },
      /names no pictures[\s\S]*dev\.json:1/,
    ],
    [
      'three pictures',
      { 'nlvr_dev.json': [BLIP[0], { ...BLIP[1], images: ['a', 'b', 'c'] }] },
      /malformed[\s\S]*nlvr_dev\.json, entry 1/,
    ],
    ['a list that is cut off', { 'nlvr_dev.json': '[{' }, /malformed[\s\S]*nlvr_dev\.json/],
    [
      'an identifier twice',
      { 'dev.json': lines(FIRST, FIRST) },
      /identifier dev-850-0-0 stands there more than once/,
    ],
    [
      'an empty sentence',
      { 'dev.json': lines({ ...FIRST, sentence: '' }) },
      /the sentence of dev-850-0-0 is empty/,
    ],
    [
      'a picture outside the folder',
      { 'nlvr_dev.json': [{ ...BLIP[0], images: ['../a.png', 'b.png'] }] },
      /outside the dataset[\s\S]*\.\.\/a\.png/,
    ],
    [
      'an identifier that leads outside',
      { 'dev.json': lines({ ...FIRST, identifier: '../../x-0' }) },
      /outside the dataset/,
    ],
    [
      'a directory that leads outside',
      { 'dev.json': lines({ ...FIRST, directory: '../..' }) },
      /outside the dataset/,
    ],
    [
      'a picture that is not there',
      { 'dev.json': lines(FIRST), 'dev/dev-850-0-img0.png': 'l' },
      /img1\.png, which does not exist/,
    ],
    ['no pictures at all', { 'dev.json': lines(FIRST) }, /dev-850-0-img0\.png is in none of/],
    ['no sentences', { 'dev.json': '\n' }, /the split dev of the dataset nlvr is empty/],
    ['an empty list', { 'nlvr_dev.json': [] }, /the split dev of the dataset nlvr is empty/],
    ['another split alone', { 'test1.json': lines(FIRST) }, /no split dev[\s\S]*test1/],
    ['nothing', {}, /none of nlvr_dev\.json, dev\.json/],
  ])('is refused with %s', async (_, files, said) => {
    await expect(open(files)).rejects.toThrow(said);
  });
});
