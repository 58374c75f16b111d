import { describe, expect, it } from 'vitest';
import { ofKind, openDataset } from '../../src/datasets/open-dataset.js';
import { preprocessImage } from '../../src/images/preprocess.js';
import { dataset } from './small-datasets.js';

/** A record of one colour. */
const record = (label: number, red: number, green: number, blue: number) =>
  Buffer.concat([Buffer.of(label), ...[red, green, blue].map((value) => Buffer.alloc(1024, value))]);

const open = async (files: Record<string, unknown>, options: object = {}) =>
  ofKind(
    await openDataset('cifar10', { ...(await dataset('cifar10', 'cifar10', files)), ...options }),
    'classification',
  );

describe('CIFAR-10', () => {
  it('reads records of the binary version, planes becoming pixels', async () => {
    const batch = Buffer.concat([record(3, 1, 2, 3), record(9, 4, 5, 6)]);
    const cifar = await open({ 'cifar-10-batches-bin/test_batch.bin': batch });
    expect(cifar.samples.map(({ id, label }) => [id, cifar.classes[label]!.name])).toEqual([
      ['test_batch.bin/0', 'cat'],
      ['test_batch.bin/1', 'truck'],
    ]);
    const values = await preprocessImage(cifar.samples[1]!.image, {});
    expect([0, 1024, 2048].map((at) => values[at])).toEqual([4, 5, 6]);
  });

  it('joins the five training batches, and lies in the root too', async () => {
    const files = Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`data_batch_${n}.bin`, record(n, 0, 0, 0)]));
    const cifar = await open(files, { split: 'train' });
    expect(cifar.samples.map(({ label }) => label)).toEqual([1, 2, 3, 4, 5]);
    await expect(open(files, { split: 'val' })).rejects.toThrow('no split val');
  });

  it('reads one folder per class where there are no batches', async () => {
    const cifar = await open({ 'test/cat/1.png': '1', 'test/airplane/2.png': '2' });
    expect(cifar.samples.map(({ id }) => id)).toEqual(['test/airplane/2.png', 'test/cat/1.png']);
  });

  it('refuses a batch that is cut off, and a label beyond the classes', async () => {
    await expect(open({ 'test_batch.bin': record(3, 1, 2, 3).subarray(0, 3000) })).rejects.toThrow('cut off');
    await expect(open({ 'test_batch.bin': '' })).rejects.toThrow('cut off');
    await expect(open({ 'test_batch.bin': record(10, 1, 2, 3) })).rejects.toThrow('no valid label');
  });
});
