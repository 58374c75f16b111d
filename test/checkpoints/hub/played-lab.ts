/** A played hub with one small model, `lab/tiny-vit`, and an empty cache, anew for every test of a file. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach } from 'vitest';
import type { DownloadProgress } from '../../../src/checkpoints/hub/download-blob.js';
import {
  type ResolvedModel,
  type ResolveOptions,
  resolveModel,
} from '../../../src/checkpoints/hub/resolve-model.js';
import { fixture } from '../expected.js';
import { etagOf, type PlayedHub, type PlayedModel, playHub } from './play-hub.js';

export const COMMIT = 'c0ffee'.padEnd(40, '0');
export const WEIGHTS = readFileSync(fixture('rounding.safetensors'));
export const WEIGHTS_ETAG = etagOf(WEIGHTS, true);

/** To be called once at the top of a test file, since it registers what happens before and after its tests. */
export function playedLab(): PlayedLab {
  const lab = new PlayedLab(mkdtempSync(path.join(tmpdir(), 'hub-')));
  beforeEach(() => lab.begin());
  afterEach(() => lab.end());
  afterAll(() => rmSync(lab.root, { recursive: true }));
  return lab;
}

class PlayedLab {
  hub!: PlayedHub;
  model!: PlayedModel;
  pauses: number[] = [];
  progress: DownloadProgress[] = [];
  notices: string[] = [];
  readonly home: string;
  readonly cacheFolder: string;
  readonly storage: string;
  /** Where the cache keeps the weights. */
  readonly blob: string;

  constructor(readonly root: string) {
    this.home = path.join(root, 'home');
    this.cacheFolder = path.join(this.home, 'hub');
    this.storage = path.join(this.cacheFolder, 'models--lab--tiny-vit');
    this.blob = path.join(this.storage, 'blobs', WEIGHTS_ETAG);
  }

  async begin(): Promise<void> {
    this.hub = await playHub();
    this.model = {
      commit: COMMIT,
      branches: ['main', 'smaller'],
      files: {
        'README.md': Buffer.from('# A model'),
        'config.json': Buffer.from('{"model_type": "vit"}'),
        'preprocessor_config.json': Buffer.from('{}'),
        'model.safetensors': WEIGHTS,
        'pytorch_model.bin': Buffer.from('not wanted'),
        'flax_model.msgpack': Buffer.from('not wanted'),
      },
      lfs: ['model.safetensors', 'pytorch_model.bin'],
    };
    this.hub.models.set('lab/tiny-vit', this.model);
    this.pauses = [];
    this.progress = [];
    this.notices = [];
  }

  async end(): Promise<void> {
    await this.hub.close();
    rmSync(this.home, { recursive: true, force: true });
  }

  options(env: Record<string, string> = {}): ResolveOptions {
    return {
      env: { HF_ENDPOINT: this.hub.endpoint, HF_HOME: this.home, ...env },
      fetch,
      baseFolder: this.root,
      onProgress: (step) => this.progress.push(step),
      onNotice: (text) => this.notices.push(text),
      now: () => Date.parse('2026-01-01T00:00:00Z'),
      retry: {
        attempts: 4,
        firstPauseMs: 500,
        longestPauseMs: 60_000,
        sleep: async (ms) => void this.pauses.push(ms),
      },
    };
  }

  readonly resolve = (reference = 'lab/tiny-vit', env: Record<string, string> = {}): Promise<ResolvedModel> =>
    resolveModel(reference, this.options(env));

  contentRequests(): string[] {
    return this.hub.log.filter((line) => line.includes('/resolve/'));
  }
}
