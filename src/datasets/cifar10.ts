/**
 * CIFAR-10: the binary version's batches, or one folder per class.
 *
 * Source: Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009;
 * https://www.cs.toronto.edu/~kriz/cifar.html: a record is one label byte and 1024 red, 1024 green and 1024 blue bytes.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TurboError } from '../errors/turbo-error.js';
import { readIfPresent } from './annotation-file.js';
import { readTemplates } from './class-list.js';
import type { ClassificationContent, ClassificationSample } from './dataset.js';
import { readImageFolder } from './image-folder.js';
import type { LocatedManifest } from './manifest.js';
import { noSplit } from './reader.js';

const CLASSES = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];
const SIDE = 32;
const PLANE_BYTES = SIDE * SIDE;
const RECORD_BYTES = 1 + 3 * PLANE_BYTES;

const BATCHES: Record<string, string[]> = {
  train: [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`),
  test: ['test_batch.bin'],
};

export async function readCifar10(
  root: string,
  split: string,
  located: LocatedManifest,
): Promise<ClassificationContent> {
  const folder = [join(root, 'cifar-10-batches-bin'), root].find((candidate) =>
    Object.values(BATCHES).some((batches) => existsSync(join(candidate, batches[0]!))),
  );
  if (folder === undefined) return readImageFolder(root, split, located);
  const batches = BATCHES[split];
  if (batches === undefined) throw noSplit(located.manifest.name, split, root, Object.keys(BATCHES));
  const samples = await Promise.all(batches.map((batch) => readBatch(join(folder, batch), batch)));
  const names =
    (await readIfPresent(join(folder, 'batches.meta.txt')))?.split(/\s+/).filter(Boolean) ?? CLASSES;
  return {
    kind: 'classification',
    classes: names.map((name) => ({ id: name, name })),
    templates: await readTemplates(root, located),
    samples: samples.flat(),
  };
}

async function readBatch(path: string, batch: string): Promise<ClassificationSample[]> {
  const bytes = await readFile(path).catch((cause) => {
    throw new TurboError(`the batch ${path} cannot be read`, { where: path, cause });
  });
  if (bytes.length === 0 || bytes.length % RECORD_BYTES !== 0) {
    throw new TurboError('the batch is cut off', {
      where: path,
      value: bytes.length,
      allowed: `a multiple of ${RECORD_BYTES} bytes`,
      next: 'unpack cifar-10-binary.tar.gz again',
    });
  }
  return Array.from({ length: bytes.length / RECORD_BYTES }, (_, record) => {
    const start = record * RECORD_BYTES;
    const label = bytes[start]!;
    if (label >= CLASSES.length) {
      throw new TurboError('a record has no valid label', {
        where: `${path}, record ${record}`,
        value: label,
      });
    }
    const planes = bytes.subarray(start + 1, start + RECORD_BYTES);
    return {
      id: `${batch}/${record}`,
      image: { kind: 'pixels', width: SIDE, height: SIDE, data: interleaved(planes) },
      label,
    };
  });
}

/** [3, 32, 32] → [32, 32, 3] */
function interleaved(planes: Uint8Array): Uint8Array {
  const data = new Uint8Array(planes.length);
  for (let pixel = 0; pixel < PLANE_BYTES; pixel++) {
    for (let channel = 0; channel < 3; channel++)
      data[pixel * 3 + channel] = planes[channel * PLANE_BYTES + pixel]!;
  }
  return data;
}
