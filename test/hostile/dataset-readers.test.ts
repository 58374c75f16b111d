/** Datasets and pictures, damaged: read or refused, soon, in little memory, and nothing outside of the dataset is read. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, it, vi } from 'vitest';
import { openDataset } from '../../src/datasets/open-dataset.js';
import { picturesOf } from '../../src/datasets/samples.js';
import { decodeFile, decodeImage } from '../../src/images/decode.js';
import { describedPng, readDescribedPng } from '../../src/images/described-png.js';
import { manifest } from '../datasets/small-datasets.js';
import { damagedBytes, damagedJson, TELLING_TEXTS } from './damage.js';
import { hostileFolder } from './hostile-folder.js';
import { withstandsAll } from './withstands.js';

vi.mock('node:fs', async (original) => (await import('./watched-files.js')).watched(await original()));
vi.mock('node:fs/promises', async (original) =>
  (await import('./watched-files.js')).watched(await original()),
);

const image = (name: string): Buffer =>
  readFileSync(join(import.meta.dirname, '../fixtures/images/files', name));
const PIXEL = image('one-pixel.png');
const { path: folder, put } = hostileFolder();

interface Format {
  readonly format: string;
  readonly file: string;
  readonly content: object;
  readonly pictures: readonly string[];
  readonly more?: Readonly<Record<string, unknown>>;
}
const sentences = [{ raw: 'A dog.' }];
const FORMATS: readonly Format[] = [
  {
    format: 'coco-captions',
    file: 'dataset_coco.json',
    content: { images: [{ filename: '1.png', filepath: '', cocoid: 1, split: 'test', sentences }] },
    pictures: ['1.png'],
  },
  {
    format: 'coco-captions',
    file: 'annotations/captions_test.json',
    content: {
      images: [{ id: 1, file_name: '1.png' }],
      annotations: [{ id: 1, image_id: 1, caption: 'A dog.' }],
    },
    pictures: ['test/1.png'],
  },
  {
    format: 'flickr30k',
    file: 'dataset_flickr30k.json',
    content: { images: [{ filename: '1.png', split: 'test', sentences }] },
    pictures: ['1.png'],
  },
  {
    format: 'nlvr2',
    file: 'nlvr_test.json',
    content: [{ sentence: 'A dog.', label: 'True', images: ['1.png', '2.png'] }],
    pictures: ['1.png', '2.png'],
  },
  {
    format: 'nocaps',
    file: 'nocaps_test_1_captions.json',
    content: {
      images: [{ id: 1, file_name: '1.png', domain: 'in-domain' }],
      annotations: [{ id: 1, image_id: 1, caption: 'A dog.' }],
    },
    pictures: ['1.png'],
  },
  {
    format: 'vqa-v2',
    file: 'annotations_test.json',
    content: {
      annotations: [
        {
          question_id: 1,
          image_id: 1,
          question_type: 'what',
          answer_type: 'other',
          multiple_choice_answer: 'a dog',
          answers: Array(10).fill({ answer: 'a dog', answer_confidence: 'yes', answer_id: 1 }),
        },
      ],
    },
    pictures: ['1.png'],
    more: {
      'questions_test.json': { questions: [{ question_id: 1, image_id: 1, question: 'What is it?' }] },
      'images_test.json': { images: [{ id: 1, file_name: '1.png' }] },
    },
  },
  {
    format: 'image-folder',
    file: 'classes.json',
    content: [{ id: 'n01', name: 'dog' }],
    pictures: ['test/n01/1.png'],
  },
  {
    format: 'prompts',
    file: 'test.json',
    content: [
      { id: 'a', name: 'dog' },
      { id: 'b', name: 'cat' },
    ],
    pictures: [],
  },
];

describe('damaged annotations', () => {
  it.each(FORMATS)(
    'are read or refused, and lead nowhere else: $format, $file',
    async ({ format, file, content, pictures, more }) => {
      const home = hostileFolder();
      for (const name of pictures) home.put(`small/${name}`, PIXEL);
      for (const [name, other] of Object.entries(more ?? {})) home.put(`small/${name}`, other);
      home.put('small/manifest.yaml', manifest('small', format));
      await withstandsAll(
        fc.oneof(
          { weight: 4, arbitrary: damagedJson(content) },
          damagedBytes(Buffer.from(JSON.stringify(content))),
          fc.constant(content),
        ),
        async (other) => {
          home.put(`small/${file}`, other);
          const dataset = await openDataset('small', { manifests: [home.path] });
          for (const { image } of picturesOf(dataset))
            if (image.kind === 'file') await decodeFile(image.path);
        },
        { folder: home.path, few: 10 },
      );
    },
  );

  it('of a manifest lead nowhere else', async () => {
    const home = hostileFolder();
    home.put('small/test/n01/1.png', PIXEL);
    const written = manifest('small', 'image-folder', {
      classes: 'classes.json',
      templates: 'templates.json',
    });
    home.put('small/classes.json', ['dog']);
    const keys = fc.constantFrom('classes', 'templates', 'imageRoot', 'defaultSplit', 'name', 'format');
    await withstandsAll(
      fc.oneof(
        damagedBytes(Buffer.from(written)),
        fc
          .tuple(keys, fc.constantFrom(...TELLING_TEXTS))
          .map(([key, value]) => manifest('small', 'image-folder', { [key]: value })),
      ),
      (text) => {
        home.put('small/manifest.yaml', text);
        return openDataset('small', { manifests: [home.path] });
      },
      { folder: home.path, few: 30 },
    );
  });

  it('of CIFAR-10 are read or refused', async () => {
    const home = hostileFolder();
    home.put('small/manifest.yaml', manifest('small', 'cifar10'));
    await withstandsAll(
      damagedBytes(new Uint8Array(2 * 3073)),
      (bytes) => {
        home.put('small/test_batch.bin', bytes);
        return openDataset('small', { manifests: [home.path] });
      },
      { folder: home.path, few: 15 },
    );
  });
});

const drawn = sharp({ create: { width: 16, height: 9, channels: 3, background: 'red' } });

describe('a damaged picture', () => {
  it.each<[string, () => Buffer | Promise<Buffer>]>([
    ['PNG', () => image('tiny-3x5.png')],
    ['palette PNG', () => image('bilevel.png')],
    ['JPEG', () => image('gray.jpg')],
    ['CMYK', () => image('cmyk.jpg')],
    ['WebP', () => image('lossless.webp')],
    ['GIF', () => drawn.clone().gif().toBuffer()],
    ['TIFF', () => drawn.clone().tiff().toBuffer()],
    ['AVIF', () => drawn.clone().avif({ effort: 0 }).toBuffer()],
  ])('is decoded or refused: %s', async (_, whole) => {
    await withstandsAll(damagedBytes(await whole()), (bytes) => decodeImage(bytes), { folder, few: 10 });
  });

  it('that says how it was made is believed or not', async () => {
    const whole = await describedPng(
      { width: 2, height: 2, data: new Uint8Array(12) },
      { seed: 1 },
      'turbo-bench',
    );
    await withstandsAll(damagedBytes(whole), (bytes) => readDescribedPng(put('1.png', bytes)), {
      folder,
      few: 30,
    });
  });
});
