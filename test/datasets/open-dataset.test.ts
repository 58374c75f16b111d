import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  ClassificationContent,
  ImagePairContent,
  QuestionAnsweringContent,
} from '../../src/datasets/dataset.js';
import { manifestFolders } from '../../src/datasets/manifest.js';
import { listDatasets, ofKind, openDataset } from '../../src/datasets/open-dataset.js';
import { picturesOf, sampleCount } from '../../src/datasets/samples.js';
import { subset } from '../../src/datasets/subset.js';
import { dataset, folderOf, manifest } from './small-datasets.js';

describe('opening a dataset', () => {
  it('finds embedded data beside its manifest and other data below the data folder', async () => {
    const manifests = [
      await folderOf({
        'inside/manifest.yaml': manifest('inside', 'image-folder'),
        'inside/test/a/1.png': '1',
      }),
      await folderOf({ 'outside.yaml': manifest('outside', 'image-folder'), 'README.md': '' }),
    ];
    const dataFolder = await folderOf({ 'outside/test/a/1.png': '1' });
    for (const name of ['inside', 'outside']) {
      expect((await openDataset(name, { manifests, dataFolder })).kind).toBe('classification');
    }
    const listed = await listDatasets({ manifests, dataFolder });
    expect(listed.map((one) => [one.manifest.name, one.present])).toEqual([
      ['inside', true],
      ['outside', true],
    ]);
  });

  it('shows what must lie where, and how to obtain it, when the data is missing', async () => {
    const manifests = [await folderOf({ 'far.yaml': manifest('far', 'coco-captions') })];
    const dataFolder = await folderOf({});
    await expect(openDataset('far', { manifests, dataFolder })).rejects.toThrow(
      /far is not at .*far[\s\S]*somewhere\/here\.txt {2}what must lie there[\s\S]*Draw it again\.[\s\S]*\$TURBO_BENCH_DATA\/far/,
    );
    await mkdir(join(dataFolder, 'far'));
    await expect(openDataset('far', { manifests, dataFolder })).rejects.toThrow('captions_test.json');
  });

  it('refuses an empty split', async () => {
    const empty = await dataset('empty', 'image-folder', {});
    await mkdir(join(empty.root, 'test', 'a'), { recursive: true });
    await expect(openDataset('empty', empty)).rejects.toThrow('the split test of the dataset empty is empty');
  });

  it('suggests a name when there is none like it', async () => {
    const { manifests } = await dataset('emoji-objects', 'image-folder', {});
    await expect(openDataset('emoji-object', { manifests })).rejects.toThrow('did you mean emoji-objects?');
  });

  it('refuses a manifest with a wrong format or name, by its path', async () => {
    const bad = [
      await folderOf({ 'x.yaml': manifest('x', 'tar'), 'y.yaml': manifest('z', 'cifar10'), 'v.yaml': '{' }),
    ];
    await expect(openDataset('x', { manifests: bad })).rejects.toThrow(/x\.yaml/);
    await expect(openDataset('y', { manifests: bad })).rejects.toThrow('it names itself z');
    await expect(openDataset('v', { manifests: bad })).rejects.toThrow('cannot be used');
  });

  it('hands a dataset only to a task of its kind', async () => {
    const opened = await openDataset('p', await dataset('p', 'image-folder', { 'test/a/1.png': '1' }));
    expect(() => ofKind(opened, 'image-text')).toThrow('a dataset of image-text samples');
  });
});

describe('a limit', () => {
  const labels = fc.array(fc.nat(4), { minLength: 1, maxLength: 40 });
  const content = (of: number[]): ClassificationContent => ({
    kind: 'classification',
    classes: [],
    templates: [],
    samples: of.map((label, index) => ({
      id: String(index),
      label,
      image: { kind: 'file', path: String(index) },
    })),
  });

  it('takes equally many of each class as far as they go, in order, the same for the same seed', () => {
    fc.assert(
      fc.property(labels, fc.integer({ min: 1, max: 50 }), fc.nat(), (of, limit, seed) => {
        const whole = content(of);
        const part = subset(whole, limit, seed) as ClassificationContent;
        expect(part.samples.length).toBe(Math.min(limit, of.length));
        expect(subset(whole, limit, seed)).toEqual(part);
        const places = part.samples.map(({ id }) => Number(id));
        expect(places).toEqual([...places].sort((a, b) => a - b));
        const count = (samples: { label: number }[], label: number) =>
          samples.filter((one) => one.label === label).length;
        const taken = [...new Set(of)].map((label) => ({
          taken: count([...part.samples], label),
          all: count([...whole.samples], label),
        }));
        const most = Math.max(...taken.map((one) => one.taken));
        for (const one of taken) expect(one.taken).toBeGreaterThanOrEqual(Math.min(one.all, most - 1));
      }),
    );
  });

  it('keeps all captions of the pictures that it takes', () => {
    const images = Array.from({ length: 9 }, (_, index) => ({
      id: String(index),
      image: { kind: 'file', path: '' } as const,
    }));
    const captions = images.flatMap(({ id }, image) => [1, 2].map((n) => ({ text: `${id}-${n}`, image })));
    const part = subset({ kind: 'image-text', images, captions }, 4, 1);
    if (part.kind !== 'image-text') throw new Error('the kind has changed');
    expect(part.images.length).toBe(4);
    expect(part.captions.map(({ text, image }) => text.startsWith(`${part.images[image]!.id}-`))).toEqual(
      Array(8).fill(true),
    );
  });
});

describe('a limit of questions and pairs', () => {
  const image = (id: string) => ({ kind: 'file', path: id }) as const;
  const questions = Array.from({ length: 20 }, (_, index) => ({
    id: String(index),
    text: `${index}?`,
    image: index >> 1,
    answers: ['yes'],
  }));
  const images = Array.from({ length: 10 }, (_, index) => ({
    id: String(index),
    image: image(String(index)),
  }));

  it('draws questions, keeps them at their pictures and keeps every candidate answer', () => {
    const whole = { kind: 'question-answering', images, questions, answerList: ['yes', 'no'] } as const;
    const part = subset(whole, 6, 3) as QuestionAnsweringContent;
    expect(part.questions.length).toBe(6);
    expect(part.answerList).toEqual(['yes', 'no']);
    for (const question of part.questions)
      expect(part.images[question.image]!.id).toBe(String(Number(question.id) >> 1));
    expect(new Set(part.questions.map((question) => question.image)).size).toBe(part.images.length);
    expect(subset(whole, 6, 3)).toEqual(part);
    expect(subset(whole, 6, 4)).not.toEqual(part);
  });

  it('draws pairs in their order', () => {
    const pairs = questions.map(({ id }) => ({
      id,
      images: [image(id), image(id)] as const,
      sentence: id,
      label: true,
    }));
    const part = subset({ kind: 'image-pairs', pairs }, 6, 3) as ImagePairContent;
    const ids = part.pairs.map(({ id }) => Number(id));
    expect(ids.length).toBe(6);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
  });
});

describe('the samples of a dataset', () => {
  it('are counted as they are scored, with the pictures that they are of', () => {
    const image = { kind: 'file', path: 'x' } as const;
    const pairs = [{ id: 'a', images: [image, image] as const, sentence: 's', label: true }];
    expect(sampleCount({ kind: 'image-pairs', pairs })).toBe(1);
    expect(picturesOf({ kind: 'image-pairs', pairs }).map(({ id }) => id)).toEqual(['a-img0', 'a-img1']);
    const images = [{ id: 'p', image }];
    const question = { text: '?', image: 0, answers: ['1'] };
    const questions = ['a', 'b'].map((id) => ({ ...question, id }));
    expect(sampleCount({ kind: 'question-answering', images, questions })).toBe(2);
    expect(picturesOf({ kind: 'question-answering', images, questions })).toEqual(images);
  });
});

describe("turbo-bench's own manifests", () => {
  it('are all valid, with the classes of ImageNet named as OpenAI named them', async () => {
    const folders = manifestFolders('/nowhere');
    const names = (await listDatasets({ manifests: folders })).map((one) => one.manifest.name);
    expect(names).toEqual(
      expect.arrayContaining(['cifar10', 'coco', 'flickr30k', 'imagenet', 'nlvr2', 'nocaps', 'vqa-v2']),
    );
    const root = await folderOf({ 'val/n01440764/1.JPEG': '1', 'val/n15075141/2.JPEG': '2' });
    const imagenet = ofKind(await openDataset('imagenet', { manifests: folders, root }), 'classification');
    expect(imagenet.samples.map(({ label }) => [label, imagenet.classes[label]!.name])).toEqual([
      [0, 'tench'],
      [999, 'toilet paper'],
    ]);
    expect(imagenet.classes.length).toBe(1000);
    expect(imagenet.templates.length).toBe(80);
  });
});
