import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ofKind, openDataset } from '../../src/datasets/open-dataset.js';
import { type Engine, tensorData } from '../../src/engines/index.js';
import type { Model } from '../../src/models/model.js';
import { seededRandom } from '../../src/random/seeded.js';
import { prepareClassification } from '../../src/tasks/classification.js';
import { headClasses } from '../../src/tasks/head-classes.js';
import { prepareRetrieval } from '../../src/tasks/retrieval.js';
import { type AnyPreparedTask, type PreparedTask, rowStore, type TaskSetting } from '../../src/tasks/task.js';
import { readTemplates } from '../../src/tasks/templates.js';
import { encodeTexts } from '../../src/tasks/text-features.js';
import { prepareThroughput } from '../../src/tasks/throughput.js';
import { outcomeMeans } from './outcome-means.js';

const WIDTH = 64;

/** A text tower that gives every sequence of ids a direction of its own. */
const engine: Engine = {
  name: 'words',
  version: '1',
  createSession: async () => ({
    device: 'cpu',
    release: async () => {},
    async run({ input_ids, attention_mask }) {
      const [texts, tokens] = input_ids!.shape as [number, number];
      const rows = new Float32Array(texts * WIDTH);
      for (let text = 0; text < texts; text++) {
        const place = [...Array(tokens).keys()].map((token) => text * tokens + token);
        const own = place
          .filter((at) => attention_mask!.data[at] === 1n)
          .map((at) => String(input_ids!.data[at]));
        const { normal } = seededRandom(...own);
        rows.set(Float32Array.from({ length: WIDTH }, normal), text * WIDTH);
      }
      return { text_embeds: tensorData(rows, [texts, WIDTH]) };
    },
  }),
};

const model = {
  reference: 'words',
  weightsKind: 'checkpoint',
  folder: 'models/emoji-clip',
  tokenizerFolder: 'models/emoji-clip',
  textOutputs: ['text_embeds'],
  visionOutputs: ['image_embeds'],
  textTakesAttentionMask: true,
  labels: null,
  encoder: { imageHeight: 4, imageWidth: 4, channels: 3 },
  buildText: () => ({ name: 'text', inputs: [], outputs: {} }),
} as unknown as Model;

const setting: TaskSetting = { model, engine, session: { threads: 1 }, limit: 12, seed: 0 };
const embeddings = (rows: Float32Array) => ({ image_embeds: tensorData(rows, [rows.length / WIDTH, WIDTH]) });
const textsOf = async (texts: string[]) => (await encodeTexts(texts, model, engine, { threads: 1 })).rows;

function scored(task: AnyPreparedTask): PreparedTask {
  if (task.kind !== 'scored') throw new Error('a measurement');
  return task;
}

describe('zero-shot classification', () => {
  it('finds every class whose image looks like its prompts, and misses those that look like another', async () => {
    const task = scored(
      await prepareClassification(
        { task: 'classification', dataset: 'emoji-objects', zeroShot: { templates: ['a {}.'] } },
        setting,
      ),
    );
    const { samples, classes } = ofKind(
      await openDataset('emoji-objects', { limit: 12, seed: 0 }),
      'classification',
    );
    const perfect = await textsOf(samples.map(({ label }) => `a ${classes[label]!.name}.`));
    const scoring = task.start();
    scoring.add([...samples.keys()], embeddings(perfect));
    expect(scoring.count()).toBe(12);
    expect(scoring.score()).toEqual({ top1: 1, top5: 1, meanPerClass: 1 });
    const other = (samples[0]!.label + 1) % classes.length;
    scoring.add([0], embeddings(await textsOf([`a ${classes[other]!.name}.`])));
    const { top1, top5 } = scoring.score();
    expect(top1).toBeCloseTo(11 / 12);
    const outcomes = scoring.outcomes!();
    expect(outcomeMeans(outcomes)).toEqual({ top1, top5 });
    const right = classes[samples[0]!.label]!.name;
    expect(outcomes[0]).toMatchObject({
      sample: samples[0]!.id,
      label: right,
      predicted: classes[other]!.name,
    });
  });

  it('is what a model without a head is asked, and is refused by one without text', async () => {
    const options = { task: 'classification', dataset: 'emoji-objects' } as const;
    expect(scored(await prepareClassification(options, setting)).outputs).toEqual(['image_embeds']);
    const mute = { ...setting, model: { ...model, textOutputs: [] } };
    await expect(prepareClassification({ ...options, zeroShot: true }, mute)).rejects.toThrow(
      'no text tower',
    );
    await expect(prepareClassification(options, mute)).rejects.toThrow('no classification head');
  });
});

describe('kNN', () => {
  it('votes with the images of another split', async () => {
    const knn = { k: 1, temperature: 0.07, split: 'val', limit: 240 };
    const task = scored(
      await prepareClassification({ task: 'classification', dataset: 'emoji-objects', knn }, setting),
    );
    const known = ofKind(
      await openDataset('emoji-objects', { split: 'val', limit: 240, seed: 0 }),
      'classification',
    );
    expect(task.references.map(({ id }) => id)).toEqual(known.samples.map(({ id }) => id));
    const direction = (label: number) => textsOf([known.classes[label]!.name]);
    const scoring = task.start();
    for (const [position, { label }] of known.samples.entries())
      scoring.addReference([position], embeddings(await direction(label)));
    const { samples } = ofKind(await openDataset('emoji-objects', { limit: 12, seed: 0 }), 'classification');
    for (const [position, { label }] of samples.entries())
      scoring.add([position], embeddings(await direction(label)));
    expect(scoring.score().top1).toBe(1);
  });
});

describe('retrieval', () => {
  it('finds every caption and every image when they lie together, also without an image that is missing', async () => {
    const task = scored(await prepareRetrieval({ task: 'retrieval', dataset: 'emoji-scenes' }, setting));
    const { images, captions } = ofKind(
      await openDataset('emoji-scenes', { limit: 12, seed: 0 }),
      'image-text',
    );
    const first = images.map((_, image) => captions.find((caption) => caption.image === image)!.text);
    const rows = await textsOf(first);
    const scoring = task.start();
    scoring.add([...images.keys()], embeddings(rows));
    expect(scoring.score().recallAt1ImageToText).toBe(1);
    const others = task.start();
    others.add([...images.keys()].slice(1), embeddings(rows.slice(WIDTH)));
    expect(others.count()).toBe(11);
    const metrics = others.score();
    expect(metrics.recallAt1ImageToText).toBe(1);
    const means = outcomeMeans(others.outcomes!());
    expect(Object.keys(means)).toHaveLength(3);
    for (const [name, value] of Object.entries(means)) expect(value).toBeCloseTo(metrics[name]!, 12);
  });
});

describe('random weights', () => {
  it('are timed on the same images and not scored', async () => {
    const random = { ...setting, model: { ...model, weightsKind: 'random' as const } };
    const options = { task: 'retrieval', dataset: 'emoji-scenes' } as const;
    const task = scored(await prepareRetrieval(options, random));
    expect(task.metricsNote).toBe('random weights');
    expect(task.samples).toHaveLength(12);
    expect(task.start().score()).toEqual({});
  });

  it('can be timed on random pixels, which the seed decides', () => {
    const pixels = (seed: number) =>
      prepareThroughput({ task: 'throughput', images: 3 }, { ...setting, seed }).samples.map(
        ({ image }) => image,
      );
    expect(pixels(0)).toEqual(pixels(0));
    expect(pixels(0)).not.toEqual(pixels(1));
  });
});

describe('headClasses', () => {
  const withLabels = (labels: string[]) => ({ ...model, visionOutputs: ['logits'], labels }) as Model;
  const classes = [
    { id: 'n01', name: 'golden retriever' },
    { id: 'n02', name: 'tench' },
  ];

  it('goes by name where the names agree, and by position where only their number does', () => {
    expect(headClasses(withLabels(['tench, Tinca tinca', 'x', 'Golden_Retriever']), classes, 'd')).toEqual([
      2, 0,
    ]);
    expect(headClasses(withLabels(['LABEL_0', 'LABEL_1']), classes, 'd')).toEqual([0, 1]);
  });

  it('refuses a head that does not fit', () => {
    expect(() => headClasses(withLabels(['a', 'b', 'c']), classes, 'd')).toThrow('do not fit');
    expect(() => headClasses({ ...model } as Model, classes, 'd')).toThrow('no classification head');
  });
});

describe('readTemplates', () => {
  it('takes a list, a JSON file or a text file, and refuses a line without a place for the name', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'templates-'));
    writeFileSync(join(folder, 'a.json'), '["a photo of a {}."]');
    writeFileSync(join(folder, 'b.txt'), 'a {}.\n\nthe {}.\n');
    writeFileSync(join(folder, 'c.txt'), 'a thing.\n');
    expect(await readTemplates(['x {}'])).toEqual(['x {}']);
    expect(await readTemplates(join(folder, 'a.json'))).toEqual(['a photo of a {}.']);
    expect(await readTemplates(join(folder, 'b.txt'))).toEqual(['a {}.', 'the {}.']);
    await expect(readTemplates(join(folder, 'c.txt'))).rejects.toThrow('no place for the class name');
    await expect(readTemplates(join(folder, 'none.txt'))).rejects.toThrow('Cannot read');
  });
});

describe('rowStore', () => {
  it('keeps the latest row of each position, in order of position', () => {
    const store = rowStore(4);
    store.set([3, 1], tensorData(Float32Array.of(3, 3, 1, 1), [2, 2]));
    store.set([3], tensorData(Float32Array.of(9, 9), [1, 2]));
    expect(store.filled()).toEqual({ rows: Float32Array.of(1, 1, 9, 9), positions: [1, 3] });
    expect(store.count()).toBe(2);
    expect(store.width()).toBe(2);
  });
});
