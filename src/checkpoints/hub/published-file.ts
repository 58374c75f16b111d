/**
 * A weight file that is published under one address with its checksum: taken from the cache, or downloaded on first use.
 *
 * The cache is that of `torch.hub`, so that a file that a Python program has fetched is not fetched again:
 * `$TORCH_HOME/hub/checkpoints`, where TORCH_HOME is `~/.cache/torch` unless it is set. Like `torch.hub`, the file's name carries the first eight
 * digits of its sha256.
 *
 * Source: https://docs.pytorch.org/docs/stable/hub.html, "Where are my downloaded models saved?"
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { systemCode, TurboError } from '../../errors/turbo-error.js';
import { sha256OfFile } from '../digest.js';
import { type DownloadProgress, downloadBlob } from './download-blob.js';
import { type Fetch, HubRefusal, hubFetch } from './hub-fetch.js';
import { HubUnreachable, patientRetry, type RetryPolicy } from './retry.js';
import { type Environment, hubSettings } from './settings.js';

export interface PublishedFile {
  /** Ends in `-<first eight digits of sha256>` before the suffix. */
  readonly name: string;
  readonly url: string;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
  readonly byteLength: number;
}

export interface PublishedFileOptions {
  readonly env: Environment;
  readonly fetch: Fetch;
  readonly retry?: RetryPolicy;
  readonly now?: () => number;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

/** The path of the file, downloaded if need be and held to its checksum. */
export async function resolvePublishedFile(
  file: PublishedFile,
  options: PublishedFileOptions,
): Promise<string> {
  requireDigestInName(file);
  const place = path.join(torchCheckpoints(options.env), file.name);
  if (existsSync(place)) {
    const found = await sha256OfFile(place);
    if (found !== file.sha256) throw otherFile(file, place, found);
    return place;
  }
  const settings = hubSettings(options.env);
  if (settings.offline)
    throw absent(file, place, `${file.name} is not in the cache, and HF_HUB_OFFLINE forbids to download it.`);
  const { retry = patientRetry, now = Date.now, onProgress = () => undefined } = options;
  const request = {
    url: file.url,
    file: file.name,
    byteLength: file.byteLength,
    etag: file.sha256,
    blob: place,
  };
  try {
    await downloadBlob(request, { fetch: hubFetch(options.fetch, settings, now), retry, onProgress });
  } catch (thrown) {
    throw refusalOf(thrown, file, place);
  }
  return place;
}

/** Where `torch.hub.load_state_dict_from_url` keeps its files. */
export function torchCheckpoints(env: Environment): string {
  const cache = env.XDG_CACHE_HOME || path.join(env.HOME || homedir(), '.cache');
  return path.join(path.resolve(env.TORCH_HOME || path.join(cache, 'torch')), 'hub', 'checkpoints');
}

function requireDigestInName({ name, sha256 }: PublishedFile): void {
  const digits = /-([0-9a-f]{8})\.\w+$/.exec(name)?.[1];
  if (digits !== undefined && /^[0-9a-f]{64}$/.test(sha256) && sha256.startsWith(digits)) return;
  throw new TurboError('The name of a published file and its checksum do not belong together.', {
    value: { name, sha256 },
    allowed: 'a name that ends in the first eight digits of the sha256',
  });
}

function refusalOf(thrown: unknown, file: PublishedFile, place: string): unknown {
  if (thrown instanceof HubRefusal)
    return absent(file, place, `${file.name} cannot be downloaded: ${thrown.message}.`, thrown);
  if (thrown instanceof HubUnreachable) return absent(file, place, thrown.what, thrown);
  const code = systemCode(thrown);
  if (code === undefined) return thrown;
  return absent(file, place, `${file.name} cannot be written into the cache (${code}).`, thrown);
}

/** The file is not there and will not come by itself: says how to bring it. */
function absent(file: PublishedFile, place: string, what: string, cause?: unknown): TurboError {
  return new TurboError(what, {
    where: place,
    allowed: `the file with sha256 ${file.sha256}`,
    next: `download ${file.url} by hand and put it there, or name its path`,
    cause,
  });
}

function otherFile(file: PublishedFile, place: string, found: string): TurboError {
  return new TurboError(`${file.name} in the cache is damaged or another file.`, {
    where: place,
    value: found,
    allowed: file.sha256,
    next: 'delete it, so that it is downloaded again',
  });
}
