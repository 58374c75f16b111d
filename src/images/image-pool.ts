/**
 * Preprocessing in worker threads, so that decoding and resizing never hold the engine up.
 *
 * Run from TypeScript sources (tests, tsx) there is no compiled worker to start: the work is then done in this thread.
 */
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { TurboError } from '../errors/turbo-error.js';
import type { ImageAnswer, ImageRequest } from './image-worker.js';
import { preprocessImage } from './preprocess.js';
import type { Preprocessor } from './preprocessor.js';
import type { ImageSource } from './rgb-image.js';

export interface ImagePoolOptions {
  readonly preprocessor: Preprocessor;
  /** Worker threads; 0 does the work in the calling thread. Default 1. */
  readonly threads?: number;
  /** The program of a worker. Default: the compiled `image-worker.js` beside this file. */
  readonly workerFile?: URL;
}

export interface ImagePool {
  /** Threads that really work; 0 means the calling one. */
  readonly threads: number;
  /** @returns `pixel_values` of one image, [3, height, width], in memory of its own */
  preprocess(image: string | ImageSource): Promise<Float32Array>;
  /** Ends the threads; what is still under way is rejected. */
  close(): Promise<void>;
}

export function createImagePool(options: ImagePoolOptions): ImagePool {
  const { preprocessor, threads = 1 } = options;
  const workerFile = options.workerFile ?? new URL('./image-worker.js', import.meta.url);
  if (threads === 0 || !existsSync(workerFile)) {
    return {
      threads: 0,
      preprocess: (image) => preprocessImage(image, preprocessor),
      close: async () => {},
    };
  }
  return threadPool(preprocessor, threads, workerFile);
}

interface Pending {
  resolve(pixels: Float32Array): void;
  reject(reason: unknown): void;
}

interface Thread {
  readonly worker: Worker;
  readonly pending: Map<number, Pending>;
}

function threadPool(preprocessor: Preprocessor, threads: number, workerFile: URL): ImagePool {
  const pool = Array.from({ length: threads }, () => startThread(preprocessor, workerFile));
  let nextId = 0;
  let failure: unknown;

  for (const { worker, pending } of pool) {
    worker.on('error', (thrown) => {
      failure = thrown;
      rejectAll(pending, thrown);
    });
    worker.on('exit', () => {
      failure ??= new Error('the image worker has ended');
      rejectAll(pending, failure);
    });
  }

  return {
    threads,
    preprocess(image) {
      if (failure !== undefined) return Promise.reject(failure);
      const source: ImageSource = typeof image === 'string' ? { kind: 'file', path: image } : image;
      const { worker, pending } = leastBusy(pool);
      const id = nextId++;
      return new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject });
        worker.postMessage({ id, source } satisfies ImageRequest);
      });
    },
    async close() {
      failure ??= new Error('the image pool is closed');
      await Promise.all(pool.map(({ worker }) => worker.terminate()));
    },
  };
}

function startThread(preprocessor: Preprocessor, workerFile: URL): Thread {
  const worker = new Worker(workerFile, { workerData: { preprocessor } });
  const pending = new Map<number, Pending>();
  worker.on('message', (answer: ImageAnswer) => {
    const waiting = pending.get(answer.id);
    pending.delete(answer.id);
    if (waiting === undefined) return;
    if ('pixels' in answer) waiting.resolve(answer.pixels);
    else waiting.reject(answer.parts ? new TurboError(answer.what, answer.parts) : new Error(answer.what));
  });
  return { worker, pending };
}

function leastBusy(pool: readonly Thread[]): Thread {
  return pool.reduce((least, thread) => (thread.pending.size < least.pending.size ? thread : least));
}

function rejectAll(pending: Map<number, Pending>, reason: unknown): void {
  for (const waiting of pending.values()) waiting.reject(reason);
  pending.clear();
}
