/** What an experiment needs that does not come with turbo-bench: weights and data, and whether they are here. Nothing is downloaded to find out. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cachedModel } from '../checkpoints/hub/cache.js';
import { torchCheckpoints } from '../checkpoints/hub/published-file.js';
import { parseHubReference } from '../checkpoints/hub/reference.js';
import { localFile, localFolder } from '../checkpoints/hub/resolve-model.js';
import { type Environment, hubSettings } from '../checkpoints/hub/settings.js';
import type { ListedDataset } from '../datasets/open-dataset.js';
import { type ModelChoice, modelChoice } from '../experiment/model-entry.js';
import type { Experiment } from '../experiment/schema.js';
import { FID_INCEPTION } from '../models/inception/weight-file.js';
import { isStatisticsFile, makesPictures } from '../tasks/diffusion/options.js';
import type { TaskOptions } from '../tasks/options.js';

/** One thing that an experiment needs. */
export interface Need {
  readonly kind: 'weights' | 'data';
  readonly name: string;
  /** `download`: fetched from the hub on first use. */
  readonly state: 'here' | 'download' | 'missing';
  /** What to do where it is missing; empty otherwise. */
  readonly obtain: string;
}

export interface NeedTools {
  readonly env: Environment;
  /** As `listDatasets` returns them. */
  readonly datasets: readonly ListedDataset[];
  /** Names of the models that are meant; undefined for all. */
  readonly models?: ReadonlySet<string>;
  /** How to come by files that are not on the hub, by path. */
  readonly obtain?: Readonly<Record<string, string>>;
}

const OFFLINE = 'Unset HF_HUB_OFFLINE: it is downloaded on first use.';

/** Each thing once, weights first. */
export function needsOf(experiment: Experiment, tools: NeedTools): Need[] {
  const isMeant = (name: string): boolean => tools.models?.has(name) ?? true;
  const models = experiment.models.map(modelChoice).filter(({ name }) => isMeant(name));
  const tasks = experiment.tasks.filter(({ models: own }) => own === undefined || own.some(isMeant));
  const needs = [
    ...models.flatMap((model) => weightsOf(model, tools)),
    ...tasks.flatMap((task) => judgesOf(task, tools)),
    ...tasks.flatMap(datasetsOf).flatMap((name) => dataNeed(name, tools)),
  ];
  return needs.filter(({ name }, at) => needs.findIndex((other) => other.name === name) === at);
}

function weightsOf({ model, variant, tokenizer, weights }: ModelChoice, tools: NeedTools): Need[] {
  if (model === undefined) return [];
  const own = weights === 'random' ? [] : [weightsNeed(model, tools, variant)];
  return tokenizer === undefined ? own : [...own, weightsNeed(tokenizer, tools, undefined, 'tokenizer')];
}

const packageFolder = fileURLToPath(new URL('../../', import.meta.url));

function weightsNeed(
  reference: string,
  { env, obtain = {} }: NeedTools,
  variant?: string,
  wanted: 'model' | 'tokenizer' = 'model',
): Need {
  const need = { kind: 'weights', name: reference, obtain: '' } as const;
  const place = { env };
  if (localFile(reference, place) !== undefined || localFolder(reference, place) !== undefined)
    return { ...need, state: 'here' };
  if (reference.startsWith('.') && existsSync(join(packageFolder, reference)))
    return { ...need, state: 'here' };
  const named = parseHubReference(reference);
  if (named === undefined)
    return { ...need, state: 'missing', obtain: obtain[reference] ?? `Lay it at ${reference}.` };
  const { cacheFolder, offline } = hubSettings(env);
  if (cachedModel(cacheFolder, named, { wanted, ...(variant === undefined ? {} : { variant }) }))
    return { ...need, state: 'here' };
  return offline ? { ...need, state: 'missing', obtain: OFFLINE } : { ...need, state: 'download' };
}

/** Networks that judge generated pictures. */
function judgesOf(task: TaskOptions, tools: NeedTools): Need[] {
  if (!makesPictures(task)) return [];
  const { scoreWith, distribution } = task;
  const judges = scoreWith === undefined ? [] : [weightsNeed(scoreWith, tools)];
  if (distribution?.features.includes('inception') !== true) return judges;
  const { name } = FID_INCEPTION;
  const need = { kind: 'weights', name, obtain: '' } as const;
  if (existsSync(join(torchCheckpoints(tools.env), name))) return [...judges, { ...need, state: 'here' }];
  const isOffline = hubSettings(tools.env).offline;
  return [
    ...judges,
    isOffline ? { ...need, state: 'missing', obtain: OFFLINE } : { ...need, state: 'download' },
  ];
}

/** Names of the datasets that a task reads; files of prompts and statistics are no datasets. */
function datasetsOf(task: TaskOptions): string[] {
  const names = 'dataset' in task ? [task.dataset] : [];
  if (!makesPictures(task)) return names;
  const prompts = 'prompts' in task && !/\.(txt|tsv|json)$/.test(task.prompts) ? [task.prompts] : [];
  const { distribution } = task;
  const isData = distribution !== undefined && !isStatisticsFile(distribution.reference);
  return [...names, ...prompts, ...(isData ? [distribution.reference] : [])];
}

/** Nothing for a name that no manifest has: planning says so better. */
function dataNeed(name: string, { datasets }: NeedTools): Need[] {
  const listed = datasets.find(({ manifest }) => manifest.name === name);
  if (listed === undefined) return [];
  if (listed.present) return [{ kind: 'data', name, state: 'here', obtain: '' }];
  const obtain = `${listed.manifest.obtain.trim()} Lay it at $TURBO_BENCH_DATA/${name}.`;
  return [{ kind: 'data', name, state: 'missing', obtain }];
}
