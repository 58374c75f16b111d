/** From the name of a dataset to its samples. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { systemCode, TurboError } from '../errors/turbo-error.js';
import { readCifar10 } from './cifar10.js';
import { readCocoCaptions } from './coco-captions.js';
import type { Dataset, DatasetContent } from './dataset.js';
import { datasetDigest, requirePictures } from './digest.js';
import { readFlickr30k } from './flickr30k.js';
import { readImageFolder } from './image-folder.js';
import { LINK_TARGETS_VARIABLE, leaves, linkTargets, refuseLinksOut, refusePicturesOut } from './inside.js';
import {
  type DatasetFormat,
  type DatasetManifest,
  datasetRoot,
  findManifest,
  type LocatedManifest,
  listManifests,
  manifestFolders,
} from './manifest.js';
import { readNlvr2 } from './nlvr2.js';
import { readNocaps } from './nocaps.js';
import { readPromptFolder } from './prompt-folder.js';
import { type DatasetReader, LayoutMismatch, noSplit } from './reader.js';
import { sampleCount } from './samples.js';
import { subset } from './subset.js';
import { readVqaV2 } from './vqa-v2.js';

/** Below the folder that this variable names, each dataset lies in a folder of its own name. */
export const DATA_FOLDER_VARIABLE = 'TURBO_BENCH_DATA';

const READERS: Record<DatasetFormat, DatasetReader> = {
  'image-folder': readImageFolder,
  'coco-captions': readCocoCaptions,
  flickr30k: readFlickr30k,
  cifar10: readCifar10,
  'vqa-v2': readVqaV2,
  nlvr2: readNlvr2,
  nocaps: readNocaps,
  prompts: readPromptFolder,
};

export interface DatasetOptions {
  /** Where the data lies. Default: with the manifest, or below `dataFolder`. */
  readonly root?: string;
  /** Default: the manifest's `defaultSplit`, else test, else val, else the first. */
  readonly split?: string;
  /** Samples at most, of each class equally many, drawn by `seed`. */
  readonly limit?: number;
  /** Default 0. */
  readonly seed?: number;
  /** Folders with manifests. Default: `datasets/` here, then turbo-bench's own. */
  readonly manifests?: readonly string[];
  /** Default: the environment's `TURBO_BENCH_DATA`. */
  readonly dataFolder?: string;
  /** Folders to which links may lead, as in PATH. Default: the environment's `TURBO_BENCH_DATA_LINKS`. */
  readonly linkTargets?: string;
}

/** Opens a dataset: lists its samples, decodes nothing. */
export async function openDataset(name: string, options: DatasetOptions = {}): Promise<Dataset> {
  const located = await findManifest(name, options.manifests ?? manifestFolders());
  const { manifest } = located;
  const root = rootOf(located, options);
  if (root === undefined || !existsSync(root)) throw missing(manifest, root, 'it does not exist');
  const split = options.split ?? defaultSplit(manifest);
  if (split.includes('\0') || leaves(resolve(root), resolve(root, split)))
    throw noSplit(name, split, root, Object.keys(manifest.splits));
  const dataFolder = options.dataFolder ?? process.env[DATA_FOLDER_VARIABLE];
  const named = options.linkTargets ?? process.env[LINK_TARGETS_VARIABLE];
  const targets = linkTargets([root, located.folder, dataFolder], named);
  refuseLinksOut(root, targets);
  const whole = await read(root, split, located);
  if (sampleCount(whole) === 0) {
    throw new TurboError(`the split ${split} of the dataset ${name} is empty`, {
      where: root,
      ...wayToObtain(manifest),
    });
  }
  const content = options.limit === undefined ? whole : subset(whole, options.limit, options.seed ?? 0);
  refusePicturesOut(content, targets);
  await requirePictures(content);
  return { ...content, name, split, digest: () => datasetDigest(content) };
}

export interface ListedDataset {
  readonly manifest: DatasetManifest;
  /** Where its data would lie; undefined while `TURBO_BENCH_DATA` is not set. */
  readonly root: string | undefined;
  /** Whether that folder exists. */
  readonly present: boolean;
}

/** All datasets that have a manifest, by name. */
export async function listDatasets(
  options: Pick<DatasetOptions, 'manifests' | 'dataFolder'> = {},
): Promise<ListedDataset[]> {
  const all = await listManifests(options.manifests ?? manifestFolders());
  return all.map((located) => {
    const root = rootOf(located, options);
    return { manifest: located.manifest, root, present: root !== undefined && existsSync(root) };
  });
}

function rootOf(located: LocatedManifest, options: DatasetOptions): string | undefined {
  const dataFolder = options.dataFolder ?? process.env[DATA_FOLDER_VARIABLE];
  return datasetRoot(located, {
    ...(options.root !== undefined && { root: options.root }),
    ...(dataFolder !== undefined && { dataFolder }),
  });
}

function defaultSplit({ defaultSplit: chosen, splits }: DatasetManifest): string {
  const names = Object.keys(splits);
  return chosen ?? ['test', 'val'].find((name) => names.includes(name)) ?? names[0] ?? 'test';
}

async function read(root: string, split: string, located: LocatedManifest): Promise<DatasetContent> {
  try {
    return await READERS[located.manifest.format](root, split, located);
  } catch (thrown) {
    if (thrown instanceof LayoutMismatch) throw missing(located.manifest, root, thrown.message);
    const code = systemCode(thrown);
    if (code === undefined || thrown instanceof TurboError) throw thrown;
    throw new TurboError(`the dataset ${located.manifest.name} cannot be read (${code})`, {
      where: root,
      value: split,
      next: 'check that its files may be read, and that the names of its splits are those of its folders',
      cause: thrown,
    });
  }
}

function missing(manifest: DatasetManifest, root: string | undefined, reason: string): TurboError {
  return root === undefined
    ? new TurboError(`the dataset ${manifest.name} is not here: ${DATA_FOLDER_VARIABLE} is not set`, {
        ...wayToObtain(manifest),
      })
    : new TurboError(`the dataset ${manifest.name} is not at ${root}: ${reason}`, {
        where: root,
        ...wayToObtain(manifest),
      });
}

function wayToObtain({ name, layout, obtain }: DatasetManifest): { allowed: string; next: string } {
  const files = Object.entries(layout).map(([path, what]) => `\n    ${path}  ${what}`);
  return {
    allowed: `a folder with${files.join('')}`,
    next: `${obtain.trim()}\n    Lay it at $${DATA_FOLDER_VARIABLE}/${name}.`,
  };
}

/** The dataset, if it is of the kind that a task needs. */
export function ofKind<Kind extends Dataset['kind']>(
  dataset: Dataset,
  kind: Kind,
): Extract<Dataset, { kind: Kind }> {
  if (dataset.kind === kind) return dataset as Extract<Dataset, { kind: Kind }>;
  throw new TurboError(`the dataset ${dataset.name} holds ${dataset.kind} samples`, {
    value: dataset.name,
    allowed: `a dataset of ${kind} samples`,
    next: 'turbo-bench list datasets',
  });
}
