import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ofKind, openDataset } from '../../src/datasets/open-dataset.js';
import { dataset } from './small-datasets.js';

const open = async (files: Record<string, unknown>, options: object = {}) =>
  ofKind(
    await openDataset('novel', {
      ...(await dataset('novel', 'nocaps', files, { splits: { val: {} } })),
      ...options,
    }),
    'image-text',
  );

const IMAGES = [
  {
    id: 0,
    open_images_id: 'aa',
    file_name: 'aa.jpg',
    domain: 'in-domain',
    coco_url: 'https://x.org/val/aa.jpg',
  },
  { id: 1, open_images_id: 'bb', domain: 'out-domain' },
  { id: 2, coco_url: 'https://x.org/val/cc.jpg' },
];
const CAPTIONS = [
  { id: 0, image_id: 1, caption: 'A goose.' },
  { id: 1, image_id: 0, caption: 'A dog. ' },
  { id: 2, image_id: 0, caption: 'It barks.' },
  { id: 3, image_id: 2, caption: 'A cup.' },
];
const PICTURES = { 'val/aa.jpg': 'a', 'val/bb.jpg': 'b', 'val/cc.jpg': 'c' };
const file = (images: object[], annotations: object[]) => ({
  'nocaps_val_4500_captions.json': { images, annotations },
  ...PICTURES,
});

describe('nocaps', () => {
  it('reads captions in the order of the pictures, with the domain as their group', async () => {
    const nocaps = await open(file(IMAGES, CAPTIONS));
    expect(nocaps.images.map(({ id, group }) => [id, group])).toEqual([
      ['aa.jpg', 'in-domain'],
      ['bb.jpg', 'out-domain'],
      ['cc.jpg', undefined],
    ]);
    expect(nocaps.captions).toEqual([
      { text: 'A dog.', image: 0 },
      { text: 'It barks.', image: 0 },
      { text: 'A goose.', image: 1 },
      { text: 'A cup.', image: 2 },
    ]);
    expect(nocaps.images[1]!.image).toMatchObject({ path: expect.stringContaining(join('val', 'bb.jpg')) });
  });

  it('finds the file in annotations/, and has another digest with another domain', async () => {
    const at = {
      'annotations/nocaps_val_4500_captions.json': { images: IMAGES, annotations: CAPTIONS },
      ...PICTURES,
    };
    const nocaps = await open(at);
    expect(nocaps.captions.length).toBe(4);
    const moved = await open(file([{ ...IMAGES[0], domain: 'near-domain' }, ...IMAGES.slice(1)], CAPTIONS));
    expect(await moved.digest()).not.toBe(await nocaps.digest());
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['a picture twice', file([...IMAGES, IMAGES[0]!], CAPTIONS), /the picture 0 stands there more than once/],
    [
      'a caption of an unknown picture',
      file(IMAGES.slice(1), CAPTIONS),
      /picture 0 that the annotation file does not list \(and 1 more/,
    ],
    ['an empty caption', file(IMAGES, [{ image_id: 2, caption: '\n' }]), /a caption of picture 2 is empty/],
    [
      'a picture without a name',
      file([{ id: 5 }], [{ image_id: 5, caption: 'x' }]),
      /picture 5 has no file name/,
    ],
    [
      'a picture outside the folder',
      file([{ id: 5, open_images_id: '../../x' }], [{ image_id: 5, caption: 'x' }]),
      /outside the dataset/,
    ],
    ['no captions', file(IMAGES, []), /the split val of the dataset novel is empty/],
    ['another split alone', { 'nocaps_test_9_captions.json': {} }, /no split val[\s\S]*one of: test/],
    ['nothing', {}, /no nocaps_val_4500_captions\.json/],
  ])('is refused with %s', async (_, files, said) => {
    await expect(open(files)).rejects.toThrow(said);
  });

  it('is refused without captions, as test is, since nothing could be scored', async () => {
    const files = { 'nocaps_test_image_info.json': { images: IMAGES } };
    await expect(open(files, { split: 'test' })).rejects.toThrow(
      /pictures but no captions[\s\S]*use split: val/,
    );
  });
});
