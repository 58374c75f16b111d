import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ofKind, openDataset } from '../../../src/datasets/open-dataset.js';
import { ImageToImageOptions, TextToImageOptions } from '../../../src/tasks/diffusion/options.js';
import { pictureRequests } from '../../../src/tasks/diffusion/picture-requests.js';

const setting = { limit: null, seed: 0 };
const textToImage = (changes: object) =>
  pictureRequests(TextToImageOptions.parse({ task: 'text-to-image', pictures: 5, ...changes }), setting);
const imageToImage = (changes: object) =>
  pictureRequests(ImageToImageOptions.parse({ task: 'image-to-image', pictures: 3, ...changes }), setting);
const said = ({ requests }: Awaited<ReturnType<typeof textToImage>>) => requests.map(({ prompt }) => prompt);

describe('the pictures of text-to-image', () => {
  it('go round the prompts, with the classes that these name', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'prompts-')), 'own.tsv');
    writeFileSync(file, 'Prompt\tClass\na fox\tfox\na cat\tcat\n');
    const made = await textToImage({ prompts: file });
    expect(said(made)).toEqual(['a fox', 'a cat', 'a fox', 'a cat', 'a fox']);
    expect(made.requests.map(({ label }) => label)).toEqual([0, 1, 0, 1, 0]);
    writeFileSync(file, 'Prompt\tClass\na fox\tfox\na dog\tdog\n');
    expect((await textToImage({ prompts: file })).digest).not.toBe(made.digest);
  });

  it('are as many as the experiment allows', async () => {
    const options = TextToImageOptions.parse({ task: 'text-to-image', prompts: 'emoji-prompts' });
    expect((await pictureRequests(options, setting)).requests).toHaveLength(64);
    expect((await pictureRequests(options, { ...setting, limit: 7 })).requests).toHaveLength(7);
  });

  it('take the first caption of every picture of a dataset of captions', async () => {
    const { images, captions } = ofKind(await openDataset('emoji-scenes'), 'image-text');
    const firsts = images.slice(0, 5).map((_, at) => captions.find(({ image }) => image === at)!.text);
    expect(said(await textToImage({ prompts: 'emoji-scenes' }))).toEqual(firsts);
  });

  it('take a prompt for every class of a dataset, or of a list that comes with turbo-bench', async () => {
    expect(said(await textToImage({ prompts: 'datasets/imagenet/classes.json' })).slice(0, 2)).toEqual([
      ...['a photo of a tench', 'a photo of a goldfish'],
    ]);
    const drawn = await textToImage({ prompts: 'emoji-objects', template: '{}, drawn' });
    expect(said(drawn)[0]).toBe('monkey, drawn');
    expect(drawn.templates).toHaveLength(10);
  });

  it('are refused where there is nothing to draw', async () => {
    await expect(textToImage({ prompts: 'emoji-vqa' })).rejects.toThrow(
      /cannot be made from the dataset emoji-vqa/,
    );
    await expect(textToImage({ prompts: 'nowhere.txt' })).rejects.toThrow('nowhere.txt');
    await expect(textToImage({ prompts: 'emoji-promts' })).rejects.toThrow('did you mean emoji-prompts?');
    await expect(imageToImage({ dataset: 'emoji-prompts' })).rejects.toThrow('cannot be made from');
  });
});

describe('the pictures of image-to-image', () => {
  it('start from a picture each, told by its first caption or its class', async () => {
    const captioned = await imageToImage({ dataset: 'emoji-scenes' });
    expect(captioned.requests).toHaveLength(3);
    for (const { start, prompt, label } of captioned.requests) {
      expect(start!.image.kind).toBe('file');
      expect(prompt).not.toBe('');
      expect(label).toBeNull();
    }
    const objects = await imageToImage({ dataset: 'emoji-objects' });
    for (const { prompt, label } of objects.requests)
      expect(prompt).toBe(`a photo of a ${objects.classes[label!]!.name}`);
  });
});

describe('the options of tasks that make pictures', () => {
  const problemsOf = (schema: typeof TextToImageOptions | typeof ImageToImageOptions, options: object) =>
    schema
      .safeParse(options)
      .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
      .join('\n');
  const from = (changes: object) =>
    problemsOf(ImageToImageOptions, { task: 'image-to-image', dataset: 'x', ...changes });
  const text = (changes: object) =>
    problemsOf(TextToImageOptions, { task: 'text-to-image', prompts: 'x', ...changes });

  it.each([0, -0.5, 1.01])('refuse a strength of %s', (strength) => {
    expect(from({ strength })).toMatch(/^strength: /);
  });

  it('refuse a strength that leaves no step, and take one that leaves a single one', () => {
    expect(from({ strength: 0.04, steps: 20 })).toMatch(/^strength: .*raise `strength` or `steps`/);
    expect(from({ strength: 0.05, steps: 20 })).toBeUndefined();
    expect(from({ strength: 1, steps: 1 })).toBeUndefined();
  });

  it('refuse distances without the network that they are of, and statistics of two networks', () => {
    const of = (distribution: object, more = {}) => text({ distribution, ...more });
    expect(of({ reference: 'emoji-objects' })).toContain('needs `scoreWith`');
    expect(of({ reference: 'emoji-objects' }, { scoreWith: './models/emoji-clip' })).toBeUndefined();
    expect(of({ reference: 'coco', features: ['inception'] })).toBeUndefined();
    expect(of({ reference: 'a.npz', features: ['inception', 'clip'] })).toContain('of one network');
    expect(of({ reference: 'a.npz', limit: 4, features: ['inception'] })).toContain(
      'neither `split` nor `limit`',
    );
  });

  it('refuse a template without a place, and a scheduler that is not there', () => {
    expect(text({ template: 'a fox' })).toMatch(/^template: /);
    expect(text({ scheduler: 'eular' })).toMatch(/^scheduler: /);
    expect(text({ scheduler: { class: 'euler', karras: true } })).toBeUndefined();
  });
});
