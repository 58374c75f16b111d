import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ofKind, openDataset } from '../../src/datasets/open-dataset.js';
import { dataset } from './small-datasets.js';

const sentences = (...texts: string[]) => texts.map((raw) => ({ raw, tokens: [] }));

async function open(format: string, files: Record<string, unknown>, options: object = {}) {
  return ofKind(
    await openDataset('captions', { ...(await dataset('captions', format, files)), ...options }),
    'image-text',
  );
}
const pairs = ({ images, captions }: Awaited<ReturnType<typeof open>>) =>
  captions.map(({ text, image }) => [images[image]!.id, text]);

const KARPATHY_COCO = {
  images: [
    { filepath: 'val2014', filename: 'two.jpg', split: 'test', sentences: sentences('a dog ', 'it barks') },
    { filepath: 'val2014', filename: 'one.jpg', split: 'val', sentences: sentences('a cat') },
    {
      filepath: 'val2014',
      filename: 'three.jpg',
      split: 'test',
      sentences: sentences('a cow', 'it eats', 'grass'),
    },
  ],
};

describe('COCO captions', () => {
  it("follow Karpathy's split with every sentence of a picture", async () => {
    const coco = await open('coco-captions', {
      'dataset_coco.json': KARPATHY_COCO,
      'val2014/two.jpg': '2',
      'val2014/three.jpg': '3',
    });
    expect(pairs(coco)).toEqual([
      ['val2014/two.jpg', 'a dog'],
      ['val2014/two.jpg', 'it barks'],
      ['val2014/three.jpg', 'a cow'],
      ['val2014/three.jpg', 'it eats'],
      ['val2014/three.jpg', 'grass'],
    ]);
    expect(coco.images[0]!.image).toMatchObject({
      path: expect.stringContaining(join('val2014', 'two.jpg')),
    });
  });

  it("find the pictures below images/ too, and name the file's splits when another is asked for", async () => {
    const files = { 'dataset_coco.json': KARPATHY_COCO, 'images/val2014/one.jpg': '1' };
    expect(pairs(await open('coco-captions', files, { split: 'val' }))).toEqual([
      ['val2014/one.jpg', 'a cat'],
    ]);
    await expect(open('coco-captions', files, { split: 'train' })).rejects.toThrow(
      /no split train[\s\S]*test, val/,
    );
  });

  it("are read from COCO's own file, pictures without a caption left out", async () => {
    const files = {
      'annotations/captions_val2017.json': {
        images: [7, 9, 8].map((id) => ({ id, file_name: `${id}.jpg` })),
        annotations: [
          { id: 1, image_id: 8, caption: 'eight\n' },
          { id: 2, image_id: 7, caption: 'seven' },
          { id: 3, image_id: 8, caption: 'also eight' },
        ],
      },
      'val2017/7.jpg': '7',
      'val2017/8.jpg': '8',
    };
    expect(pairs(await open('coco-captions', files, { split: 'val2017' }))).toEqual([
      ['7.jpg', 'seven'],
      ['8.jpg', 'eight'],
      ['8.jpg', 'also eight'],
    ]);
    await expect(open('coco-captions', files, { split: 'val' })).rejects.toThrow(/did you mean|val2017/);
  });

  it('refuse captions of unknown pictures, damaged files and paths that leave the folder', async () => {
    const orphan = { images: [], annotations: [{ id: 1, image_id: 5, caption: 'whose?' }] };
    await expect(open('coco-captions', { 'annotations/captions_test.json': orphan })).rejects.toThrow(
      'belongs to a picture',
    );
    await expect(open('coco-captions', { 'dataset_coco.json': '{"images": [' })).rejects.toThrow(
      'annotation file',
    );
    for (const filename of ['../outside.jpg', '/etc/passwd', 'a/../../b.jpg']) {
      const escaping = { images: [{ filename, split: 'test', sentences: sentences('x') }] };
      await expect(open('coco-captions', { 'dataset_x.json': escaping })).rejects.toThrow(
        'outside the dataset',
      );
    }
  });

  it('refuse captions without a letter, and pictures that stand there twice, by their names', async () => {
    const coco = (images: object[], annotations: object[]) =>
      open('coco-captions', { 'annotations/captions_test.json': { images, annotations } });
    const one = { id: 7, file_name: '7.jpg' };
    await expect(coco([one], [{ image_id: 7, caption: ' ' }])).rejects.toThrow(
      'a caption of picture 7 is empty',
    );
    await expect(coco([one, one], [{ image_id: 7, caption: 'x' }])).rejects.toThrow(
      'picture 7 stands there more than once',
    );
    const karpathy = (...images: object[]) => open('coco-captions', { 'dataset_x.json': { images } });
    const two = { filename: '7.jpg', split: 'test', sentences: sentences('x', '') };
    await expect(karpathy(two)).rejects.toThrow(/a caption of picture 7\.jpg is empty[\s\S]*dataset_x\.json/);
    const three = { ...two, sentences: sentences('x') };
    await expect(karpathy(three, three)).rejects.toThrow('picture 7.jpg stands there more than once');
  });

  it('say where the first picture was looked for', async () => {
    await expect(open('coco-captions', { 'dataset_coco.json': KARPATHY_COCO })).rejects.toThrow(
      /two\.jpg is in none of[\s\S]*what must lie there[\s\S]*Draw it again/,
    );
  });
});

describe('Flickr30k', () => {
  const PICTURES = { 'flickr30k-images/1.jpg': '1', 'flickr30k-images/2.jpg': '2' };
  const EXPECTED = [
    ['1.jpg', 'Two men, one dog .'],
    ['1.jpg', 'Men with a "dog" .'],
    ['2.jpg', 'A boat .'],
  ];

  it("follows Karpathy's split", async () => {
    const images = [
      { filename: '1.jpg', split: 'train', sentences: sentences('no') },
      { filename: '2.jpg', split: 'test', sentences: sentences('A boat.') },
    ];
    expect(pairs(await open('flickr30k', { 'dataset_flickr30k.json': { images }, ...PICTURES }))).toEqual([
      ['2.jpg', 'A boat.'],
    ]);
  });

  it.each([
    [
      'results_20130124.token',
      '1.jpg#0\tTwo men, one dog .\n1.jpg#1\tMen with a "dog" .\n2.jpg#0\tA boat .\n',
    ],
    [
      'results.csv',
      'image_name| comment_number| comment\n1.jpg| 0| Two men, one dog .\n1.jpg| 1| Men with a "dog" .\n2.jpg| 0| A boat .',
    ],
    [
      'captions.txt',
      'image,comment_number,comment\n1.jpg,0,"Two men, one dog ."\n1.jpg,1,"Men with a ""dog"" ."\n2.jpg,0,A boat .\r\n',
    ],
  ])('reads the caption table %s', async (table, text) => {
    expect(pairs(await open('flickr30k', { [table]: text, ...PICTURES }, { split: 'all' }))).toEqual(
      EXPECTED,
    );
    const listed = await open('flickr30k', { [table]: text, 'test.txt': '2\n', ...PICTURES });
    expect(pairs(listed)).toEqual(EXPECTED.slice(2));
  });

  it('refuses a table without its split, an unknown picture and an unreadable line', async () => {
    const table = '1.jpg#0\tA dog .\n';
    await expect(open('flickr30k', { 'results.csv': table })).rejects.toThrow(
      /belong to test[\s\S]*split: all/,
    );
    await expect(open('flickr30k', { 'results.csv': table, 'test.txt': '9.jpg' })).rejects.toThrow(
      'without captions',
    );
    await expect(
      open('flickr30k', { 'results.csv': `${table}nonsense\n` }, { split: 'all' }),
    ).rejects.toThrow(/results\.csv:2/);
    await expect(open('flickr30k', { 'results.csv': table, 'test.txt': '1\n1.jpg\n' })).rejects.toThrow(
      'picture 1.jpg stands there more than once',
    );
  });
});
