/**
 * One file of the hub into the cache: continued where an earlier attempt stopped, and believed only when its digest
 * agrees. `@huggingface/hub` starts over and does not compare digests, so this part is our own.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { TurboError } from '../../errors/turbo-error.js';
import { exclusively } from './exclusive.js';
import { type Fetch, HubRefusal } from './hub-fetch.js';
import { PassingFailure, type RetryPolicy, retrying } from './retry.js';

export interface BlobRequest {
  readonly url: string;
  /** File name, for messages and progress. */
  readonly file: string;
  readonly byteLength: number;
  /** sha256 of the content (64 digits), or git's blob id (40 digits). */
  readonly etag: string;
  /** Where the blob is to lie; `<blob>.incomplete` holds what is there so far. */
  readonly blob: string;
}

export interface DownloadProgress {
  readonly file: string;
  readonly loadedBytes: number;
  readonly totalBytes: number;
}

export interface Downloader {
  readonly fetch: Fetch;
  readonly retry: RetryPolicy;
  readonly onProgress: (progress: DownloadProgress) => void;
}

/** A damaged transfer may be chance; a second one is not. */
const tries = 2;

/** Makes sure that the blob is there, whole and verified. */
export async function downloadBlob(request: BlobRequest, downloader: Downloader): Promise<void> {
  if (existsSync(request.blob)) return;
  await exclusively(`${request.blob}.turbo-bench.lock`, async () => {
    for (let attempt = 1; !existsSync(request.blob); attempt++) {
      await transferAll(request, downloader);
      const found = await digestLike(request);
      if (found === request.etag) await rename(incompleteOf(request), request.blob);
      else await discard(request, found, attempt);
    }
  });
}

const incompleteOf = (request: BlobRequest): string => `${request.blob}.incomplete`;

async function transferAll(request: BlobRequest, downloader: Downloader): Promise<void> {
  await mkdir(path.dirname(request.blob), { recursive: true });
  let loaded = 0;
  let furthest = await sizeOf(incompleteOf(request));
  const onProgress = (loadedBytes: number): void => {
    loaded = loadedBytes;
    downloader.onProgress({ file: request.file, loadedBytes, totalBytes: request.byteLength });
  };
  const madeProgress = (): boolean => {
    const further = loaded > furthest;
    furthest = Math.max(furthest, loaded);
    return further;
  };
  await retrying(
    downloader.retry,
    `Downloading ${request.file}`,
    () => transfer(request, downloader.fetch, onProgress),
    madeProgress,
  );
}

/** One connection: everything that is still missing, written as it comes. */
async function transfer(
  request: BlobRequest,
  fetch: Fetch,
  onProgress: (bytes: number) => void,
): Promise<void> {
  const incomplete = incompleteOf(request);
  let present = await sizeOf(incomplete);
  if (present > request.byteLength) present = 0;
  if (present === request.byteLength && existsSync(incomplete)) return onProgress(present);
  const response = await requestFrom(request, fetch, present);
  const continues =
    response.status === 206 &&
    response.headers.get('content-range')?.startsWith(`bytes ${present}-`) === true;
  let loaded = continues ? present : 0;
  const target = await open(incomplete, continues ? 'a' : 'w');
  try {
    for await (const chunk of response.body ?? []) {
      loaded += chunk.byteLength;
      if (loaded > request.byteLength) break;
      await target.writeFile(chunk);
      onProgress(loaded);
    }
  } finally {
    await target.close();
  }
  if (loaded > request.byteLength) await rm(incomplete, { force: true });
  if (loaded !== request.byteLength) {
    throw new PassingFailure(`${loaded} of ${request.byteLength} bytes came`);
  }
}

/** Asks for the bytes from `present` on; a server that cannot continue there is asked for everything. */
async function requestFrom(request: BlobRequest, fetch: Fetch, present: number): Promise<Response> {
  const plain = { 'accept-encoding': 'identity' };
  if (present === 0) return fetch(request.url, { headers: plain });
  try {
    return await fetch(request.url, { headers: { ...plain, range: `bytes=${present}-` } });
  } catch (thrown) {
    if (thrown instanceof HubRefusal && thrown.status === 416) return fetch(request.url, { headers: plain });
    throw thrown;
  }
}

/** The digest of what came, of the kind that the etag is. */
async function digestLike(request: BlobRequest): Promise<string> {
  const hash = createHash(request.etag.length === 64 ? 'sha256' : 'sha1');
  if (request.etag.length === 40) hash.update(`blob ${request.byteLength}\0`);
  for await (const chunk of createReadStream(incompleteOf(request), { highWaterMark: 1 << 20 })) {
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}

async function discard(request: BlobRequest, found: string, attempt: number): Promise<void> {
  await rm(incompleteOf(request), { force: true });
  if (attempt < tries) return;
  throw new TurboError(
    `${request.file} came damaged ${tries} times: its digest is not the one that is published.`,
    {
      where: request.url,
      value: found,
      allowed: request.etag,
      next: 'try again; if it stays so, a proxy or mirror on the way changes files',
    },
  );
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch {
    return 0;
  }
}
