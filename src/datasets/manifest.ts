/**
 * A dataset's manifest: what it is, from whom, under which licence, how its files lie and how to obtain them.
 *
 * `datasets/<name>.yaml` describes data that a user brings; `datasets/<name>/manifest.yaml` lies with the data itself.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { oneOf } from '../errors/did-you-mean.js';
import { messageOf, systemCode, TurboError } from '../errors/turbo-error.js';
import { parseBoundedYaml } from '../yaml/bounded-yaml.js';

export const DATASET_FORMATS = [
  'image-folder',
  'coco-captions',
  'flickr30k',
  'cifar10',
  'vqa-v2',
  'nlvr2',
  'nocaps',
  'prompts',
] as const;
export type DatasetFormat = (typeof DATASET_FORMATS)[number];

/** Formats without pictures, or whose pictures lie in class folders or batches and not under names in an annotation file. */
const FORMATS_WITHOUT_NAMES: readonly DatasetFormat[] = ['image-folder', 'cifar10', 'prompts'];

const Prompt = z.string().includes('{}');

const Fields = z.looseObject({
  name: z.string().min(1).describe('As an experiment names it; equal to the name of the file or folder.'),
  title: z.string().min(1),
  format: z.enum(DATASET_FORMATS).describe('Which reader opens it.'),
  source: z.string().min(1).describe('Who made it and where it is published.'),
  licences: z
    .array(z.looseObject({ licence: z.string().min(1), url: z.string().optional() }))
    .min(1)
    .describe('Licence of the pictures and texts; several where parts differ.'),
  splits: z
    .record(z.string(), z.looseObject({ samples: z.int().min(1).optional() }))
    .describe('Names of the parts and how much each holds.'),
  defaultSplit: z.string().optional().describe('Default: test, else val, else the first.'),
  classes: z
    .union([z.int(), z.string().min(1), z.array(z.string().min(1)).min(1)])
    .optional()
    .describe(
      'Class names in order of their labels, or a JSON file of them beside the manifest; a number only counts.',
    ),
  templates: z
    .union([z.string().min(1), z.array(Prompt).min(1)])
    .optional()
    .describe('Zero-shot prompts, or a JSON file of them beside the manifest.'),
  checksum: z
    .looseObject({ algorithm: z.string(), over: z.string(), value: z.string() })
    .optional()
    .describe('How to tell that the data is whole; for people and tests, no run looks at it.'),
  layout: z
    .record(z.string(), z.string())
    .describe('What must lie where, relative to the root of the dataset.'),
  obtain: z.string().min(1).describe('What to do to have the data; shown when it is missing.'),
  path: z.string().min(1).optional().describe('Where the data lies, relative to the manifest.'),
  imageRoot: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Where the pictures lie that the annotations name, relative to the manifest and inside the folder of all datasets; default: with the annotations.',
    ),
});

export const DatasetManifest = Fields.refine(
  ({ format, imageRoot }) => imageRoot === undefined || !FORMATS_WITHOUT_NAMES.includes(format),
  { path: ['imageRoot'], error: 'has no meaning for this format, whose annotations name no pictures' },
);
export type DatasetManifest = z.infer<typeof DatasetManifest>;

export interface LocatedManifest {
  readonly manifest: DatasetManifest;
  /** Path of the YAML file. */
  readonly file: string;
  /** The folder of all datasets in which it was found. */
  readonly folder: string;
  /** Whether it lies in the folder of the data itself. */
  readonly embedded: boolean;
}

/** `datasets/` of the working folder, then that of turbo-bench itself; the first manifest of a name wins. */
export function manifestFolders(workingFolder = process.cwd()): string[] {
  const own = fileURLToPath(new URL('../../datasets', import.meta.url));
  return [...new Set([resolve(workingFolder, 'datasets'), own])];
}

/** The manifest of the dataset `name`. */
export async function findManifest(name: string, folders: readonly string[]): Promise<LocatedManifest> {
  const files = await manifestFiles(folders);
  const located = files.get(name);
  if (located !== undefined) return { ...located, manifest: await readManifest(located.file, name) };
  throw new TurboError(`there is no dataset ${name}`, {
    value: name,
    allowed: oneOf(name, [...files.keys()].sort()),
    next: 'turbo-bench list datasets; to add one, write datasets/<name>.yaml as docs/datasets.md shows',
  });
}

/** All manifests, by name. */
export async function listManifests(folders: readonly string[]): Promise<LocatedManifest[]> {
  const files = [...(await manifestFiles(folders))].sort(([a], [b]) => (a < b ? -1 : 1));
  return Promise.all(
    files.map(async ([name, located]) => ({ ...located, manifest: await readManifest(located.file, name) })),
  );
}

async function manifestFiles(
  folders: readonly string[],
): Promise<Map<string, Omit<LocatedManifest, 'manifest'>>> {
  const found = new Map<string, Omit<LocatedManifest, 'manifest'>>();
  for (const folder of folders) {
    for (const entry of await entriesOf(folder)) {
      const inside = join(folder, entry.name, 'manifest.yaml');
      const name = entry.isDirectory() ? entry.name : entry.name.replace(/\.yaml$/, '');
      if (found.has(name)) continue;
      if (entry.isDirectory() && existsSync(inside))
        found.set(name, { file: inside, folder, embedded: true });
      else if (!entry.isDirectory() && entry.name.endsWith('.yaml'))
        found.set(name, { file: join(folder, entry.name), folder, embedded: false });
    }
  }
  return found;
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return [];
    throw thrown;
  }
}

async function readManifest(file: string, name: string): Promise<DatasetManifest> {
  try {
    const manifest = DatasetManifest.parse(parseBoundedYaml(await readFile(file, 'utf8'), file));
    if (manifest.name !== name) throw new Error(`it names itself ${manifest.name}, its place says ${name}`);
    return manifest;
  } catch (thrown) {
    if (thrown instanceof TurboError) throw thrown;
    const reason = thrown instanceof z.ZodError ? z.prettifyError(thrown) : messageOf(thrown);
    throw new TurboError(`the manifest of the dataset ${name} cannot be used: ${reason}`, {
      where: file,
      cause: thrown,
    });
  }
}

/** Where the data of a manifest would lie: told, beside the manifest, at its `path`, or below the user's data folder. */
export function datasetRoot(
  { manifest, file, embedded }: LocatedManifest,
  options: { readonly root?: string; readonly dataFolder?: string },
): string | undefined {
  if (options.root !== undefined) return resolve(options.root);
  if (manifest.path !== undefined) return resolve(dirname(file), manifest.path);
  if (embedded) return dirname(file);
  return options.dataFolder === undefined ? undefined : join(resolve(options.dataFolder), manifest.name);
}
