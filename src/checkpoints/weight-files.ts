/**
 * Which files of a Hugging Face folder hold its weights.
 *
 * Names: `transformers/utils/__init__.py` (`SAFE_WEIGHTS_NAME`, …) and diffusers' `constants.py`; a variant such as
 * `fp16` stands before the extension (`model.fp16.safetensors`, `model.safetensors.index.fp16.json`). A `.pth` file, as the authors of BLIP publish theirs, has
 * no set name: it is taken where it is the only one, and nothing else is there.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { oneOf } from '../errors/did-you-mean.js';
import { TurboError } from '../errors/turbo-error.js';
import { parseStrictJson } from './strict-json.js';

/** Base names in the order in which they are looked for: safetensors before pickles, whole before sharded. */
const baseNames = [
  'model.safetensors',
  'diffusion_pytorch_model.safetensors',
  'pytorch_model.bin',
  'diffusion_pytorch_model.bin',
];

const Index = z.object({ weight_map: z.record(z.string(), z.string()) });
/** A name in the same folder: no separator of any system, no drive letter. */
const plainFileName = /^[^/\\:\0]+$/;
const indexDepth = 8;
const longestIndexBytes = 100_000_000;

export interface WeightFiles {
  readonly folder: string;
  /** Absolute paths, sorted. */
  readonly files: readonly string[];
  /** For a sharded checkpoint: the file that holds each tensor. */
  readonly fileOfTensor?: ReadonlyMap<string, string>;
}

/** All names under which weights are looked for, best first. */
export function weightFileNames(variant?: string): string[] {
  return baseNames.flatMap((name) => [
    withVariant(name, variant),
    withVariant(`${name}.index.json`, variant),
  ]);
}

function withVariant(name: string, variant: string | undefined): string {
  if (variant === undefined) return name;
  const { name: stem, ext } = path.parse(name);
  return `${stem}.${variant}${ext}`;
}

/** Finds the weights of a folder, or takes a weight or index file as it is. */
export function findWeightFiles(location: string, variant?: string): WeightFiles {
  const absolute = path.resolve(location);
  const stat = statSync(absolute, { throwIfNoEntry: false });
  if (stat === undefined) {
    throw new TurboError('There is no model at this path.', {
      where: absolute,
      allowed: 'a folder with config.json and weights, or a weight file',
    });
  }
  if (!stat.isDirectory()) return fromFile(absolute);
  const names = weightFileNames(variant);
  const found =
    names.find((name) => existsSync(path.join(absolute, name))) ??
    (variant === undefined ? onlyPth(absolute) : undefined);
  if (found === undefined) throw nothingFound(absolute, names, variant);
  return fromFile(path.join(absolute, found));
}

/** The `.pth` file of a folder, or undefined where there is none. */
function onlyPth(folder: string): string | undefined {
  const found = readdirSync(folder)
    .filter((name) => name.endsWith('.pth'))
    .sort();
  if (found.length < 2) return found[0];
  throw new TurboError('The folder holds several checkpoints, and no name tells which is meant.', {
    where: folder,
    value: found,
    next: `name the file: ${path.join(folder, found[0]!)}`,
  });
}

/** Whether `folder` has weights, all of them. */
export function holdsWeights(folder: string, variant?: string): boolean {
  try {
    findWeightFiles(folder, variant);
    return true;
  } catch (thrown) {
    if (thrown instanceof TurboError) return false;
    throw thrown;
  }
}

function fromFile(file: string): WeightFiles {
  const folder = path.dirname(file);
  if (!file.endsWith('.json')) return { folder, files: [file] };
  const fileOfTensor = readIndex(file);
  return { folder, files: [...new Set(fileOfTensor.values())].sort(), fileOfTensor };
}

/** The shard of every tensor, as an absolute path; every one of them is there. */
function readIndex(indexFile: string): Map<string, string> {
  const folder = path.dirname(indexFile);
  const names = readWeightMap(indexFile);
  const missing = [...new Set(names.values())].filter((name) => !existsSync(path.join(folder, name)));
  if (missing.length > 0) {
    throw new TurboError('The index names files that are not there.', {
      where: indexFile,
      value: missing,
      next: 'download the model again',
    });
  }
  return new Map([...names].map(([tensor, name]) => [tensor, path.join(folder, name)]));
}

/** The name of every tensor's shard; it must be a plain name, so that it lies beside the index. */
export function readWeightMap(indexFile: string): Map<string, string> {
  const parsed = Index.safeParse(parseStrictJson(indexText(indexFile), indexDepth, indexFile));
  if (!parsed.success) {
    throw new TurboError(`The index is malformed.\n${z.prettifyError(parsed.error)}`, {
      where: indexFile,
      allowed: '{"weight_map": {"tensor name": "file name", …}}',
    });
  }
  const shards = new Map<string, string>();
  for (const [tensor, file] of Object.entries(parsed.data.weight_map)) {
    if (!plainFileName.test(file) || file === '.' || file === '..') {
      throw new TurboError(`The index places ${tensor} outside its own folder.`, {
        where: indexFile,
        value: file,
        allowed: 'the plain name of a file beside the index',
        next: 'do not use this checkpoint: no regular tool writes such an index',
      });
    }
    shards.set(tensor, file);
  }
  return shards;
}

function indexText(where: string): string {
  const stat = statSync(where, { throwIfNoEntry: false });
  if (stat?.isFile() !== true)
    throw new TurboError('The index is not a regular file.', { where, allowed: 'a JSON file' });
  if (stat.size <= longestIndexBytes) return readFileSync(where, 'utf8');
  throw new TurboError(`The index has ${stat.size} bytes; at most ${longestIndexBytes} are allowed.`, {
    where,
  });
}

function nothingFound(folder: string, names: readonly string[], variant: string | undefined): TurboError {
  const present = readdirSync(folder);
  const other = variant === undefined ? variantAmong(present) : undefined;
  return new TurboError(
    variant === undefined
      ? 'The folder holds no weights.'
      : `The folder holds no weights of variant ${variant}.`,
    {
      where: folder,
      value: present,
      allowed: oneOf(present.find((name) => /\.(safetensors|bin)$/.test(name)) ?? '', [
        ...names,
        'one *.pth',
      ]),
      next:
        other === undefined
          ? 'point at the folder with config.json and the weights, or at a weight file itself'
          : `ask for the variant that is there: ${other} (--variant ${other})`,
    },
  );
}

/** `fp16` of `model.fp16.safetensors`, where a file of a variant lies in the folder. */
function variantAmong(names: readonly string[]): string | undefined {
  const whole = /^(?:model|diffusion_pytorch_model|pytorch_model)\.([\w-]+)\.(?:safetensors|bin)$/;
  const index = /\.(?:safetensors|bin)\.index\.([\w-]+)\.json$/;
  return names
    .map((name) => (whole.exec(name) ?? index.exec(name))?.[1])
    .find((found) => found !== undefined);
}
