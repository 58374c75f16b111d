import { appendFile, cp, mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../src/datasets/open-dataset.js';
import { pictureMarks } from '../../src/datasets/picture-marks.js';
import { dataset, folderOf, manifest } from './small-datasets.js';

const PICTURES = { 'test/a/1.png': '1', 'test/a/2.png': '22', 'test/b/3.png': '333' };
const SHIPPED = join(import.meta.dirname, '../../datasets');

/** A dataset beside its manifest, as the shipped ones are. */
const embedded = async (value: string, pictures: Record<string, string> = PICTURES) => {
  const checksum = { algorithm: 'sha256', over: 'the pictures', value };
  const inside = Object.entries(pictures).map(([path, content]) => [`p/${path}`, content]);
  return folderOf({
    'p/manifest.yaml': manifest('p', 'image-folder', { checksum }),
    ...Object.fromEntries(inside),
  });
};

const digestIn = async (folder: string, name = 'p', more = {}) =>
  (await openDataset(name, { manifests: [folder], ...more })).digest();

describe('the digest of a dataset', () => {
  it('changes with a size, a name, a class and the limit', async () => {
    const options = await dataset('p', 'image-folder', PICTURES);
    const digest = async (more = {}) => (await openDataset('p', { ...options, ...more })).digest();
    const first = await digest();
    expect(await digest()).toBe(first);
    const seen = new Set([first, await digest({ limit: 2 })]);
    await appendFile(join(options.root, 'test/a/1.png'), 'more');
    seen.add(await digest());
    await rm(join(options.root, 'test/a/1.png'));
    seen.add(await digest());
    expect(seen.size).toBe(4);
  });

  it('changes with a picture beside a manifest that has a checksum, be the new one as long as the old', async () => {
    const folder = await embedded('1');
    const seen = new Set([await digestIn(folder)]);
    for (const content of ['longer', 'change']) {
      await writeFile(join(folder, 'p/test/a/1.png'), content);
      seen.add(await digestIn(folder));
    }
    expect(seen.size).toBe(3);
  });

  it('does not ask the checksum, the folder or the times of the files', async () => {
    const [here, there] = [await embedded('1'), await embedded('2')];
    await utimes(join(there, 'p/test/a/1.png'), 1, 1);
    expect(await digestIn(there)).toBe(await digestIn(here));
  });

  it('does not ask pictures that are not used', async () => {
    const folder = await embedded('1', { ...PICTURES, 'val/a/4.png': '4' });
    const before = await digestIn(folder);
    await writeFile(join(folder, 'p/val/a/4.png'), 'changed');
    expect(await digestIn(folder)).toBe(before);
  });

  it('of emoji-objects is that of a copy, until one of its pictures is replaced', async () => {
    const folder = await folderOf({});
    for (const part of ['manifest.yaml', 'classes.json', 'templates.json', 'val'])
      await cp(join(SHIPPED, 'emoji-objects', part), join(folder, 'emoji-objects', part), {
        recursive: true,
      });
    const split = { split: 'val', limit: 40 };
    const copied = await openDataset('emoji-objects', { manifests: [folder], ...split });
    const before = await copied.digest();
    expect(before).toBe(await digestIn(SHIPPED, 'emoji-objects', split));
    if (copied.kind !== 'classification') throw new Error('the kind has changed');
    const [first, second] = [copied.samples[0]!.image, copied.samples[1]!.image];
    if (first.kind !== 'file' || second.kind !== 'file') throw new Error('no files');
    await cp(second.path, first.path);
    expect(await digestIn(folder, 'emoji-objects', split)).not.toBe(before);
  });
});

describe('the mark of a picture', () => {
  const files = async (content: Record<string, string>) => {
    const folder = await folderOf(content);
    return Object.keys(content).map((name) => ({ kind: 'file', path: join(folder, name) }) as const);
  };

  it('is a hash of its bytes, and its size where all together are too large to be read', async () => {
    const images = await files({ a: '1', b: '22', c: '33' });
    const hashes = await pictureMarks(images, 5);
    expect(hashes).toEqual(Array(3).fill(expect.stringMatching(/^[0-9a-f]{64}$/)));
    expect(new Set(hashes).size).toBe(3);
    expect(await pictureMarks(images, 4)).toEqual([1, 2, 2]);
  });

  it('stands in the order of the samples, and counts a shared picture once', async () => {
    const [a, b] = await files({ a: '1', b: '22' });
    const [first, second] = await pictureMarks([a!, b!]);
    expect(await pictureMarks([b!, a!, b!, b!], 3)).toEqual([second, first, second, second]);
  });

  it('of pixels is that of their bytes', async () => {
    const pixels = { kind: 'pixels', width: 1, height: 1 } as const;
    const [a, b, c] = await pictureMarks(
      [1, 2, 1].map((value) => ({ ...pixels, data: Uint8Array.of(value, 0, 0) })),
    );
    expect([a === b, a === c]).toEqual([false, true]);
  });

  it('is null for what cannot be read, which the run will count; one that is not there is refused', async () => {
    const folder = await folderOf({});
    await mkdir(join(folder, 'a.png'));
    expect(await pictureMarks([{ kind: 'file', path: join(folder, 'a.png') }])).toEqual([null]);
    await expect(pictureMarks([{ kind: 'file', path: join(folder, 'b.png') }])).rejects.toThrow(
      /lists .*b\.png, which does not exist/,
    );
  });
});
