/**
 * The cache folder that Python's `huggingface_hub` keeps, so that nothing is downloaded twice on one machine:
 *
 *     models--owner--name/blobs/<etag>                      contents; etag is the sha256 (LFS) or the git blob id
 *     models--owner--name/snapshots/<commit>/<file>         links to ../../blobs/<etag>
 *     models--owner--name/refs/<branch or tag>              the commit it stood at
 *
 * Source: https://huggingface.co/docs/huggingface_hub/guides/manage-cache
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from '../../errors/turbo-error.js';
import { holdsWeights } from '../weight-files.js';
import { holdsPipeline, holdsTokenizer, weightedParts } from './needed-files.js';
import type { HubReference } from './reference.js';

const commitHash = /^[0-9a-f]{40}$/;
const prefix = 'models--';

/** Where one model of the hub lives in the cache. */
export class ModelCache {
  readonly folder: string;

  constructor(
    readonly cacheFolder: string,
    readonly id: string,
  ) {
    this.folder = path.join(cacheFolder, prefix + id.replaceAll('/', '--'));
  }

  blob(etag: string): string {
    return path.join(this.folder, 'blobs', etag);
  }

  snapshot(commit: string): string {
    return path.join(this.folder, 'snapshots', commit);
  }

  /** The commit that `revision` stood at when it was last seen. */
  commitOf(revision: string): string | undefined {
    if (commitHash.test(revision)) return revision;
    try {
      const commit = readFileSync(path.join(this.folder, 'refs', revision), 'utf8').trim();
      return commitHash.test(commit) ? commit : undefined;
    } catch {
      return undefined;
    }
  }

  async remember(revision: string, commit: string): Promise<void> {
    if (revision === commit) return;
    const file = path.join(this.folder, 'refs', revision);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, commit);
  }

  /** Makes `file` of a snapshot show the blob; a copy where the system has no links. */
  async link(etag: string, commit: string, file: string): Promise<void> {
    const target = path.join(this.snapshot(commit), file);
    if (existsSync(target)) return;
    await mkdir(path.dirname(target), { recursive: true });
    await rm(target, { force: true });
    try {
      await symlink(path.relative(path.dirname(target), this.blob(etag)), target);
    } catch (cause) {
      if (systemCode(cause) === 'EEXIST') return;
      if (systemCode(cause) !== 'EPERM') throw cause;
      await copyFile(this.blob(etag), target);
    }
  }
}

/** The snapshot of a model that is complete enough to be loaded: config and all of its weights, or a tokenizer where no more is wanted. */
export function cachedModel(
  cacheFolder: string,
  { id, revision }: HubReference,
  { variant, wanted = 'model' }: { variant?: string; wanted?: 'model' | 'tokenizer' },
): { folder: string; commit: string } | undefined {
  const cache = new ModelCache(cacheFolder, id);
  const commit = cache.commitOf(revision);
  if (commit === undefined) return undefined;
  const folder = cache.snapshot(commit);
  const isComplete =
    wanted === 'tokenizer'
      ? existsSync(folder) && holdsTokenizer(readdirSync(folder))
      : isCompleteModel(folder, variant);
  return isComplete ? { folder, commit } : undefined;
}

function isCompleteModel(folder: string, variant: string | undefined): boolean {
  const holds = (part: string): boolean =>
    existsSync(path.join(folder, part, 'config.json')) && holdsWeights(path.join(folder, part), variant);
  const isPipeline = existsSync(folder) && holdsPipeline(readdirSync(folder));
  return isPipeline ? weightedParts.every(holds) : holds('.');
}

/** Ids of all models in the cache. */
export function cachedModelIds(cacheFolder: string): string[] {
  if (!existsSync(cacheFolder)) return [];
  return readdirSync(cacheFolder)
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length).replace('--', '/'));
}
