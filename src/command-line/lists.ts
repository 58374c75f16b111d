/** What `turbo-bench list` tells of models, datasets, methods and tasks. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listDatasets } from '../datasets/open-dataset.js';
import { BASELINE } from '../experiment/expand.js';
import { presets } from '../models/presets.js';
import { methods } from '../reduction/registry.js';
import { TASKS } from '../tasks/options.js';

export const LISTS = ['models', 'datasets', 'methods', 'tasks'] as const;
export type ListName = (typeof LISTS)[number];
export type ListEntry = Readonly<Record<string, string>>;

export async function listOf(name: ListName): Promise<ListEntry[]> {
  switch (name) {
    case 'models':
      return [
        ...embeddedModels(),
        ...presets.map(({ name: preset, summary }) => ({ model: `random:${preset}`, about: summary })),
      ];
    case 'datasets':
      return (await listDatasets()).map(({ manifest, root, present }) => ({
        dataset: manifest.name,
        about: manifest.title,
        licence: [...new Set(manifest.licences.map(({ licence }) => licence))].join(', '),
        here: present ? (root ?? '') : 'no',
      }));
    case 'methods':
      return methods.map(({ name: method, network, summary, schema }) => ({
        method,
        for: method === BASELINE ? 'all' : network,
        about: summary,
        parameters: Object.keys(schema.shape)
          .filter((key) => key !== 'method')
          .join(', '),
      }));
    case 'tasks':
      return TASKS.map(({ name: task, summary }) => ({ task, about: summary }));
  }
}

/** What makes a folder a model: the config of a network, or the index of a pipeline. */
const modelFiles = ['config.json', 'model_index.json'];

/** Folders under `models/` of this package and of the working folder that hold a model. */
function embeddedModels(): ListEntry[] {
  const own = fileURLToPath(new URL('../../models', import.meta.url));
  const folders = [...new Set([join(process.cwd(), 'models'), own])].filter((folder) => existsSync(folder));
  const names = folders.flatMap((folder) =>
    readdirSync(folder).filter((name) => modelFiles.some((file) => existsSync(join(folder, name, file)))),
  );
  return [...new Set(names)].map((name) => ({ model: `./models/${name}`, about: 'comes with turbo-bench' }));
}
