/**
 * From the name of a model in an experiment to a folder on this machine.
 *
 * A folder that exists is taken as it is. Anything else that has the form of a hub id is looked up on the Hugging Face
 * hub, and what is missing of it is downloaded into the cache that Python users already have.
 */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { nearestName } from '../../errors/did-you-mean.js';
import { TurboError } from '../../errors/turbo-error.js';
import { cachedModel } from './cache.js';
import type { DownloadProgress } from './download-blob.js';
import { downloadModel } from './download-model.js';
import type { Fetch } from './hub-fetch.js';
import { type HubReference, parseHubReference } from './reference.js';
import { notCached } from './refusals.js';
import { HubUnreachable, patientRetry, type RetryPolicy } from './retry.js';
import { type Environment, hubSettings } from './settings.js';

/** What a reference is looked up for. */
export type Wanted = 'model' | 'tokenizer';

export interface ResolveOptions {
  readonly env: Environment;
  readonly fetch: Fetch;
  /** Folder that relative paths start from; the working folder by default. */
  readonly baseFolder?: string;
  /** Goes before `HF_HUB_CACHE` and `HF_HOME`. */
  readonly cacheFolder?: string;
  /** Weights of a variant, such as `fp16`. */
  readonly variant?: string;
  /** `tokenizer`: the small files alone, of a model or of a repository without weights; default `model`. */
  readonly wanted?: Wanted;
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Told what a user should know but need not act on: an old copy is used because the hub cannot be reached. */
  readonly onNotice?: (text: string) => void;
  readonly retry?: RetryPolicy;
  readonly now?: () => number;
}

export interface ResolvedModel {
  /** Absolute. */
  readonly folder: string;
  /** Present when the folder is a snapshot of the hub. */
  readonly hub?: HubReference & { readonly commit: string };
}

type Place = Pick<ResolveOptions, 'env' | 'baseFolder'>;

function localPath(reference: string, { env, baseFolder = '.' }: Place): string {
  const expanded = reference.startsWith('~/') ? path.join(env.HOME ?? '~', reference.slice(2)) : reference;
  return path.resolve(baseFolder, expanded);
}

/** The absolute path of a file that `reference` names, or undefined when it names something else. */
export function localFile(reference: string, place: Place): string | undefined {
  const file = localPath(reference, place);
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? file : undefined;
}

/** The absolute path of a folder that `reference` names, or undefined when it names something else. */
export function localFolder(reference: string, place: Place): string | undefined {
  const folder = localPath(reference, place);
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? folder : undefined;
}

/** The folder of the model that `reference` names, downloaded if need be. */
export async function resolveModel(reference: string, options: ResolveOptions): Promise<ResolvedModel> {
  const folder = localPath(reference, options);
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat?.isDirectory()) return { folder };
  const named = parseHubReference(reference);
  if (stat !== undefined) throw notFolder(reference, folder, options.wanted);
  if (named === undefined) throw missingFolder(reference, folder, options.wanted);
  return fromHub(named, similarFolder(reference, folder), options);
}

async function fromHub(
  reference: HubReference,
  similar: string | undefined,
  options: ResolveOptions,
): Promise<ResolvedModel> {
  const settings = hubSettings(options.env, options.cacheFolder);
  const cached = cachedModel(settings.cacheFolder, reference, options);
  const fromCache = cached && { folder: cached.folder, hub: { ...reference, commit: cached.commit } };
  if (fromCache && settings.offline) return fromCache;
  if (settings.offline) throw notCached(reference, settings, similar);
  try {
    const { folder, commit } = await downloadModel(reference, {
      settings,
      fetch: options.fetch,
      retry: options.retry ?? patientRetry,
      now: options.now ?? Date.now,
      onProgress: options.onProgress ?? (() => undefined),
      ...(similar === undefined ? {} : { similarFolder: similar }),
      ...(options.variant === undefined ? {} : { variant: options.variant }),
      ...(options.wanted === undefined ? {} : { wanted: options.wanted }),
    });
    return { folder, hub: { ...reference, commit } };
  } catch (thrown) {
    if (!(thrown instanceof HubUnreachable)) throw thrown;
    if (fromCache === undefined) throw withoutHub(thrown, reference, similar);
    const { id, revision, commit } = fromCache.hub;
    options.onNotice?.(`${thrown.what} ${id}@${revision} is taken from the cache (commit ${commit}).`);
    return fromCache;
  }
}

const expected =
  'a folder with config.json and weights, a checkpoint file of BLIP, or a hub id such as openai/clip-vit-base-patch16@main';

function notFolder(reference: string, file: string, wanted: Wanted = 'model'): TurboError {
  return new TurboError(`The ${wanted} is a file; name the folder that it lies in.`, {
    value: reference,
    where: file,
    allowed: expected,
    next: `use ${path.dirname(reference)}`,
  });
}

function missingFolder(reference: string, folder: string, wanted: Wanted = 'model'): TurboError {
  return new TurboError(`There is no ${wanted} at this path.`, {
    value: reference,
    where: folder,
    allowed: expected + didYouMean(similarFolder(reference, folder)),
    next: 'check the path; turbo-bench list models shows the models that come with it',
  });
}

/** The hub could not be asked; perhaps it was never meant. */
function withoutHub(thrown: HubUnreachable, { id, revision }: HubReference, similar?: string): TurboError {
  return new TurboError(thrown.what, {
    ...thrown.parts,
    value: `${id}@${revision}, which is neither a folder here nor in the cache`,
    allowed: expected + didYouMean(similar),
    cause: thrown,
  });
}

const didYouMean = (name: string | undefined): string =>
  name === undefined ? '' : ` (did you mean ${name}?)`;

/** A folder beside the missing one that is spelt almost like it, as the user would write it. */
function similarFolder(reference: string, folder: string): string | undefined {
  const parent = path.dirname(folder);
  if (!statSync(parent, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  const nearest = nearestName(path.basename(folder), readdirSync(parent));
  if (nearest === undefined) return undefined;
  return reference.slice(0, reference.length - path.basename(reference).length) + nearest;
}
