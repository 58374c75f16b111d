/** Downloads what turbo-bench needs of a model into the cache: few small files and one set of weights. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { systemCode, TurboError } from '../../errors/turbo-error.js';
import { readWeightMap, weightFileNames } from '../weight-files.js';
import { ModelCache } from './cache.js';
import { type DownloadProgress, downloadBlob } from './download-blob.js';
import { type Fetch, HubRefusal, hubFetch } from './hub-fetch.js';
import {
  filesIn,
  holdsPipeline,
  holdsTokenizer,
  neededBesidePipelineWeights,
  neededBesideWeights,
  neededWeights,
  weightedParts,
} from './needed-files.js';
import type { HubReference } from './reference.js';
import { explainRefusal } from './refusals.js';
import { type RetryPolicy, retrying } from './retry.js';
import type { HubSettings } from './settings.js';

export interface HubAccess {
  readonly settings: HubSettings;
  readonly fetch: Fetch;
  readonly retry: RetryPolicy;
  readonly now: () => number;
  readonly onProgress: (progress: DownloadProgress) => void;
  readonly variant?: string;
  /** `tokenizer` leaves out the weights. */
  readonly wanted?: 'model' | 'tokenizer';
  /** A local folder that may have been meant instead. */
  readonly similarFolder?: string;
}

interface ListedFile {
  readonly byteLength: number;
  readonly etag: string;
}

/** @returns the snapshot folder and the commit that the revision stands at */
export async function downloadModel(
  reference: HubReference,
  access: HubAccess,
): Promise<{ folder: string; commit: string }> {
  const { settings } = access;
  const fetch = hubFetch(access.fetch, settings, access.now);
  try {
    const { commit, listed } = await look(reference, settings, fetch, access.retry);
    const cache = new ModelCache(settings.cacheFolder, reference.id);
    const get = async (file: string): Promise<void> => {
      const found = listed.get(file);
      if (found === undefined) throw missingFile(reference, file);
      if (existsSync(path.join(cache.snapshot(commit), file))) return;
      const escaped = file.split('/').map(encodeURIComponent).join('/');
      const url = `${settings.endpoint}/${reference.id}/resolve/${commit}/${escaped}`;
      const blob = cache.blob(found.etag);
      await downloadBlob({ url, file, blob, ...found }, { ...access, fetch });
      await cache.link(found.etag, commit, file);
    };
    const names = [...listed.keys()];
    const needed = neededOf(reference, names, access);
    for (const file of needed.small) await get(file);
    for (const weights of needed.weights) {
      await get(weights);
      if (!weights.endsWith('.json')) continue;
      const shards = readWeightMap(path.join(cache.snapshot(commit), weights)).values();
      for (const shard of new Set(shards)) await get(path.posix.join(path.posix.dirname(weights), shard));
    }
    await cache.remember(reference.revision, commit);
    return { folder: cache.snapshot(commit), commit };
  } catch (thrown) {
    if (thrown instanceof HubRefusal) {
      throw await explainRefusal(thrown, reference, { settings, fetch, similarFolder: access.similarFolder });
    }
    const code = systemCode(thrown);
    throw code === undefined ? thrown : notWritable(settings.cacheFolder, code, thrown);
  }
}

/** Files to take of those that are listed. @throws TurboError when something is missing, before anything large is downloaded */
function neededOf(
  reference: HubReference,
  names: readonly string[],
  { wanted, variant }: Pick<HubAccess, 'wanted' | 'variant'>,
): { small: string[]; weights: string[] } {
  if (wanted === 'tokenizer') {
    if (!holdsTokenizer(names)) throw noTokenizer(reference, names);
    return { small: neededBesideWeights(names), weights: [] };
  }
  if (holdsPipeline(names)) {
    const weights = weightedParts.map((part) => {
      const own = filesIn(part, names);
      const found = neededWeights(own, variant);
      if (found === undefined) throw noWeights(reference, own, variant, part);
      return `${part}/${found}`;
    });
    return { small: neededBesidePipelineWeights(names), weights };
  }
  if (!names.includes('config.json')) throw missingFile(reference, 'config.json');
  const weights = neededWeights(names, variant);
  if (weights === undefined) throw noWeights(reference, names, variant);
  return { small: neededBesideWeights(names), weights: [weights] };
}

/** The commit behind a revision, and its files: those at the top level, and in the folders of a pipeline's parts. */
async function look(
  { id, revision }: HubReference,
  { endpoint }: HubSettings,
  fetch: Fetch,
  retry: RetryPolicy,
): Promise<{ commit: string; listed: Map<string, ListedFile> }> {
  const { listFiles, modelInfo } = await import('@huggingface/hub');
  const { sha: commit } = await retrying(retry, `Looking up ${id}@${revision}`, () =>
    modelInfo({ name: id, revision, hubUrl: endpoint, fetch, additionalFields: ['sha'] }),
  );
  requireDigest(commit, /^[0-9a-f]{40}$/, id);
  const list = async (recursive: boolean): Promise<Map<string, ListedFile>> => {
    const files = new Map<string, ListedFile>();
    for await (const { type, path: file, size, oid, lfs } of listFiles({
      repo: { type: 'model', name: id },
      revision: commit,
      hubUrl: endpoint,
      recursive,
      fetch,
    })) {
      if (type !== 'file') continue;
      const etag = lfs?.oid ?? oid ?? '';
      requireDigest(etag, /^([0-9a-f]{40}|[0-9a-f]{64})$/, `${id}/${file}`);
      files.set(file, { byteLength: lfs?.size ?? size, etag });
    }
    return files;
  };
  const listing = (recursive: boolean) =>
    retrying(retry, `Listing the files of ${id}`, () => list(recursive));
  const listed = await listing(false);
  return { commit, listed: holdsPipeline([...listed.keys()]) ? await listing(true) : listed };
}

/** Digests become file names in the cache, so nothing else may pass for one. */
function requireDigest(digest: string, form: RegExp, what: string): void {
  if (form.test(digest)) return;
  throw new TurboError(`The hub gives no proper digest for ${what}.`, {
    value: digest,
    next: 'check HF_ENDPOINT: this address does not answer like a Hugging Face hub',
  });
}

function missingFile({ id, revision }: HubReference, file: string): TurboError {
  return new TurboError(`The model ${id}@${revision} has no ${file}.`, {
    allowed:
      'a model in the layout of transformers, with config.json and weights at its top level, or a pipeline of diffusers with model_index.json',
    next: 'take another revision or another copy of the model',
  });
}

function noWeights(
  { id, revision }: HubReference,
  names: readonly string[],
  variant?: string,
  part?: string,
): TurboError {
  const what = part === undefined ? 'The model' : `The part ${part} of the pipeline`;
  return new TurboError(`${what} ${id}@${revision} has no weights that turbo-bench reads.`, {
    value: names,
    allowed: `one of: ${weightFileNames(variant).join(', ')}`,
    next: 'take another copy of the model, another variant, or convert it with save_pretrained',
  });
}

function noTokenizer({ id, revision }: HubReference, names: readonly string[]): TurboError {
  return new TurboError(`The model ${id}@${revision} has no tokenizer that turbo-bench reads.`, {
    value: names,
    allowed: 'tokenizer.json, or vocab.json with merges.txt (CLIP), or vocab.txt (BERT)',
    next: 'name a model with a tokenizer, such as bert-base-uncased for BLIP',
  });
}

function notWritable(cacheFolder: string, code: string, cause: unknown): TurboError {
  return new TurboError(`The model cannot be written to the cache (${code}).`, {
    where: cacheFolder,
    next: 'make room on the disk, or set HF_HUB_CACHE to a folder that you may write',
    cause,
  });
}
