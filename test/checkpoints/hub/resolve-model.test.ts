import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DownloadProgress } from '../../../src/checkpoints/hub/download-blob.js';
import { type ResolveOptions, resolveModel } from '../../../src/checkpoints/hub/resolve-model.js';
import { openWeights } from '../../../src/checkpoints/weights.js';
import { fixture } from '../expected.js';
import { refusal } from '../refusal.js';
import {
  breakAfter,
  corrupt,
  etagOf,
  ignoreRange,
  type PlayedHub,
  type PlayedModel,
  playHub,
  refuse,
  truncate,
} from './play-hub.js';

const root = mkdtempSync(path.join(tmpdir(), 'hub-'));
const cacheFolder = path.join(root, 'home', 'hub');
const commit = 'c0ffee'.padEnd(40, '0');
const weights = readFileSync(fixture('rounding.safetensors'));
const weightsEtag = etagOf(weights, true);
const storage = path.join(cacheFolder, 'models--lab--tiny-vit');
const blob = path.join(storage, 'blobs', weightsEtag);

let hub: PlayedHub;
let model: PlayedModel;
let pauses: number[];
let progress: DownloadProgress[];
let notices: string[];

beforeEach(async () => {
  hub = await playHub();
  model = {
    commit,
    branches: ['main', 'smaller'],
    files: {
      'README.md': Buffer.from('# A model'),
      'config.json': Buffer.from('{"model_type": "vit"}'),
      'preprocessor_config.json': Buffer.from('{}'),
      'model.safetensors': weights,
      'pytorch_model.bin': Buffer.from('not wanted'),
      'flax_model.msgpack': Buffer.from('not wanted'),
    },
    lfs: ['model.safetensors', 'pytorch_model.bin'],
  };
  hub.models.set('lab/tiny-vit', model);
  pauses = [];
  progress = [];
  notices = [];
});
afterEach(async () => {
  await hub.close();
  rmSync(path.join(root, 'home'), { recursive: true, force: true });
});
afterAll(() => rmSync(root, { recursive: true }));

function options(env: Record<string, string> = {}): ResolveOptions {
  return {
    env: { HF_ENDPOINT: hub.endpoint, HF_HOME: path.join(root, 'home'), ...env },
    fetch,
    baseFolder: root,
    onProgress: (step) => progress.push(step),
    onNotice: (text) => notices.push(text),
    now: () => Date.parse('2026-01-01T00:00:00Z'),
    retry: {
      attempts: 4,
      firstPauseMs: 500,
      longestPauseMs: 60_000,
      sleep: async (ms) => void pauses.push(ms),
    },
  };
}
const resolve = (reference = 'lab/tiny-vit', env: Record<string, string> = {}) =>
  resolveModel(reference, options(env));
const contentRequests = (): string[] => hub.log.filter((line) => line.includes('/resolve/'));

describe('a folder', () => {
  it('is taken as it is, without a question to the hub', async () => {
    const folder = path.join(root, 'lab', 'tiny-vit');
    mkdirSync(folder, { recursive: true });
    expect(await resolve()).toEqual({ folder });
    expect(await resolve('./lab/tiny-vit')).toEqual({ folder });
    expect(await resolve(folder)).toEqual({ folder });
    expect(hub.log).toEqual([]);
    rmSync(path.join(root, 'lab'), { recursive: true });
  });

  it.each([
    './models/none',
    '../none',
    '/no/such/model',
    'a/b/c',
    'models\\vit',
    'lab/../../etc',
    'lab/x@../../y',
  ])('that is missing is no hub id: %s', async (reference) => {
    const { message } = await refusal(() => resolve(reference));
    expect(message).toContain('no model at this path');
    expect(message).toContain('config.json');
    expect(hub.log).toEqual([]);
  });

  it('that is misspelt is found again, whatever way it was written', async () => {
    mkdirSync(path.join(root, 'models', 'emoji-clip'), { recursive: true });
    expect((await refusal(() => resolve('./models/emoji-klip'))).message).toContain(
      'did you mean ./models/emoji-clip?',
    );
    expect((await refusal(() => resolve('models/emoji-klip'))).message).toContain(
      'did you mean models/emoji-clip?',
    );
    const offline = await refusal(() => resolve('models/emoji-klip', { HF_HUB_OFFLINE: '1' }));
    expect(offline.message).toContain('did you mean models/emoji-clip?');
    const nowhere = await refusal(() => resolve('models/emoji-klip', { HF_ENDPOINT: 'http://127.0.0.1:1' }));
    expect(nowhere.message).toContain('did you mean models/emoji-clip?');
    expect(nowhere.message).toContain('neither a folder here nor in the cache');
  });

  it('must be named rather than a file in it', async () => {
    writeFileSync(path.join(root, 'model.safetensors'), '');
    expect((await refusal(() => resolve('./model.safetensors'))).message).toContain('name the folder');
  });
});

describe('a model of the hub', () => {
  it('lands in the cache layout of Python, with one set of weights and nothing that is not needed', async () => {
    const { folder, hub: from } = await resolve('lab/tiny-vit@smaller');
    expect(from).toEqual({ id: 'lab/tiny-vit', revision: 'smaller', commit });
    expect(folder).toBe(path.join(storage, 'snapshots', commit));
    expect(readdirSync(folder).sort()).toEqual([
      'config.json',
      'model.safetensors',
      'preprocessor_config.json',
    ]);
    expect(readlinkSync(path.join(folder, 'model.safetensors'))).toBe(`../../blobs/${weightsEtag}`);
    expect(readFileSync(path.join(folder, 'model.safetensors'))).toEqual(weights);
    expect(readFileSync(path.join(storage, 'refs', 'smaller'), 'utf8')).toBe(commit);
    const etags = ['config.json', 'preprocessor_config.json'].map((file) =>
      etagOf(model.files[file]!, false),
    );
    expect(readdirSync(path.join(storage, 'blobs')).sort()).toEqual([...etags, weightsEtag].sort());
    (await openWeights(folder)).close();
  });

  it('tells how far it is', async () => {
    await resolve();
    const steps = progress.filter(({ file }) => file === 'model.safetensors');
    expect(steps.at(-1)).toEqual({
      file: 'model.safetensors',
      loadedBytes: weights.length,
      totalBytes: weights.length,
    });
  });

  it('is not downloaded twice', async () => {
    await resolve();
    hub.log.length = 0;
    await resolve();
    expect(contentRequests()).toEqual([]);
    await resolve(`lab/tiny-vit@${commit}`);
    expect(contentRequests()).toEqual([]);
  });

  it('is completed when another program has left a part of it in the cache', async () => {
    const { folder } = await resolve();
    rmSync(path.join(folder, 'preprocessor_config.json'));
    await resolve(`lab/tiny-vit@${commit}`);
    expect(readFileSync(path.join(folder, 'preprocessor_config.json'), 'utf8')).toBe('{}');
  });

  it('comes in shards that its index names', async () => {
    delete model.files['model.safetensors'];
    model.files['model.safetensors.index.json'] = Buffer.from(
      '{"weight_map": {"values": "part-1.safetensors"}}',
    );
    model.files['part-1.safetensors'] = weights;
    model.files['part-2.safetensors'] = Buffer.from('not wanted');
    const { folder } = await resolve();
    expect(readdirSync(folder)).not.toContain('part-2.safetensors');
    (await openWeights(folder)).close();
  });

  it('is refused when its index leads out of the folder', async () => {
    delete model.files['model.safetensors'];
    model.files['model.safetensors.index.json'] = Buffer.from('{"weight_map": {"values": "../../evil"}}');
    expect((await refusal(resolve)).message).toContain('outside its own folder');
  });

  it('falls back to a pickle when there is nothing else', async () => {
    delete model.files['model.safetensors'];
    expect(readdirSync((await resolve()).folder)).toContain('pytorch_model.bin');
  });

  it('is refused without weights or config, before anything large is downloaded', async () => {
    model.files = { 'config.json': Buffer.from('{}'), 'model.onnx': Buffer.from('x') };
    expect((await refusal(resolve)).message).toContain('model.safetensors');
    model.files = { 'model.safetensors': weights };
    expect((await refusal(resolve)).message).toContain('config.json');
    expect(contentRequests()).toEqual([]);
  });

  it('is refused when the hub gives a digest that is none', async () => {
    model.commit = '../../../../tmp';
    expect((await refusal(() => resolve())).message).toContain('no proper digest');
  });
});

describe('the tokenizer of a model of the hub', () => {
  const tokenizer = (env: Record<string, string> = {}) =>
    resolveModel('lab/tiny-vit', { ...options(env), wanted: 'tokenizer' });

  it('comes without weights, and is not asked for twice', async () => {
    model.files['vocab.txt'] = Buffer.from('[PAD]');
    const { folder } = await tokenizer();
    expect(readdirSync(folder).sort()).toEqual(['config.json', 'preprocessor_config.json', 'vocab.txt']);
    hub.log.length = 0;
    expect((await tokenizer({ HF_HUB_OFFLINE: '1' })).folder).toBe(folder);
    expect(hub.log).toEqual([]);
    expect((await refusal(() => resolve('lab/tiny-vit', { HF_HUB_OFFLINE: '1' }))).message).toContain(
      'not in the cache',
    );
    expect(readdirSync((await resolve()).folder)).toContain('model.safetensors');
  });

  it('is missed before anything is downloaded', async () => {
    const { message } = await refusal(tokenizer);
    expect(message).toContain('no tokenizer');
    expect(message).toContain('vocab.txt (BERT)');
    expect(contentRequests()).toEqual([]);
  });
});

describe('a download', () => {
  it('goes on where the connection broke, until all is there', async () => {
    hub.nextFiles.push(
      () => false,
      () => false,
      breakAfter(5000),
      breakAfter(5000),
      breakAfter(5000),
    );
    await resolve();
    expect(readFileSync(blob)).toEqual(weights);
    const ranges = contentRequests().filter((line) => line.includes('model.safetensors'));
    expect(ranges).toHaveLength(4);
    expect(ranges[1]).toMatch(/\[bytes=[1-9]\d*-\]$/);
  });

  it('counts failures anew whenever it got further', async () => {
    hub.nextFiles.push(
      () => false,
      () => false,
      ...Array.from({ length: 8 }, () => breakAfter(4000)),
    );
    await resolve();
    expect(readFileSync(blob)).toEqual(weights);
  });

  it('goes on where an earlier run stopped', async () => {
    mkdirSync(path.dirname(blob), { recursive: true });
    writeFileSync(`${blob}.incomplete`, weights.subarray(0, 1234));
    await resolve();
    expect(readFileSync(blob)).toEqual(weights);
    expect(contentRequests().at(-1)).toContain('[bytes=1234-]');
  });

  it('takes what an earlier run had finished but not named', async () => {
    mkdirSync(path.dirname(blob), { recursive: true });
    writeFileSync(`${blob}.incomplete`, weights);
    await resolve();
    expect(contentRequests().some((line) => line.includes('model.safetensors'))).toBe(false);
  });

  it.each([
    ['does not know ranges', ignoreRange],
    ['refuses the range', refuse(416)],
  ])('starts over when the server %s', async (_, misbehaviour) => {
    mkdirSync(path.dirname(blob), { recursive: true });
    writeFileSync(`${blob}.incomplete`, weights.subarray(0, 1234));
    hub.nextFiles.push(
      () => false,
      () => false,
      misbehaviour,
    );
    await resolve();
    expect(readFileSync(blob)).toEqual(weights);
  });

  it('starts over when what an earlier run left is wrong', async () => {
    mkdirSync(path.dirname(blob), { recursive: true });
    writeFileSync(`${blob}.incomplete`, Buffer.alloc(1234, 7));
    await resolve();
    expect(readFileSync(blob)).toEqual(weights);
  });

  it('continues after an answer that ended too early', async () => {
    hub.nextFiles.push(
      () => false,
      () => false,
      truncate,
    );
    await resolve();
    expect(readFileSync(blob)).toEqual(weights);
  });

  it('is tried once more when it came damaged, and then refused', async () => {
    hub.nextFiles.push(
      () => false,
      () => false,
      corrupt,
    );
    await resolve();
    expect(readFileSync(blob)).toEqual(weights);
    rmSync(path.join(root, 'home'), { recursive: true });
    hub.nextFiles.push(
      () => false,
      () => false,
      corrupt,
      corrupt,
    );
    const error = await refusal(resolve);
    expect(error.message).toContain('damaged');
    expect(error.parts.allowed).toBe(weightsEtag);
    expect(existsSync(blob)).toBe(false);
    expect(existsSync(`${blob}.incomplete`)).toBe(false);
  });

  it('checks small files by their git id', async () => {
    hub.nextFiles.push(corrupt, corrupt);
    expect((await refusal(resolve)).message).toContain('config.json came damaged');
  });

  it('is done once when two runs want it at the same time', async () => {
    await Promise.all([resolve(), resolve()]);
    expect(contentRequests().filter((line) => line.includes('model.safetensors'))).toHaveLength(1);
  });

  it('does not wait for a run that has died', async () => {
    mkdirSync(path.dirname(blob), { recursive: true });
    writeFileSync(`${blob}.turbo-bench.lock`, '4194399');
    await resolve();
    expect(readFileSync(blob)).toEqual(weights);
  });

  it('says so when the cache cannot be written', async () => {
    mkdirSync(path.join(root, 'home'));
    writeFileSync(cacheFolder, 'a file where a folder should be');
    expect((await refusal(resolve)).message).toContain('HF_HUB_CACHE');
  });
});

describe('a busy hub', () => {
  it('is asked again after the pause that it wishes', async () => {
    hub.nextCalls.push(
      refuse(429, { 'retry-after': '7' }),
      refuse(503, { 'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT' }),
      refuse(500),
    );
    await resolve();
    expect(pauses).toEqual([7000, 9000, 2000]);
  });

  it('is given up after some attempts, and what is there is kept', async () => {
    hub.nextFiles.push(
      () => false,
      () => false,
      breakAfter(2000),
      ...Array.from({ length: 4 }, () => refuse(429)),
    );
    const error = await refusal(resolve);
    expect(error.message).toContain('429');
    expect(lstatSync(`${blob}.incomplete`).size).toBeGreaterThan(0);
  });

  it('is given up at once when it wishes a pause that nobody waits for', async () => {
    hub.nextCalls.push(refuse(429, { 'retry-after': '86400' }));
    expect((await refusal(resolve)).message).toContain('429');
    expect(pauses).toEqual([]);
  });

  it('is not missed when the model is in the cache, and the user is told', async () => {
    await resolve();
    const { folder, hub: from } = await resolve('lab/tiny-vit', { HF_ENDPOINT: 'http://127.0.0.1:1' });
    expect(folder).toBe(path.join(storage, 'snapshots', commit));
    expect(from?.commit).toBe(commit);
    expect(notices).toEqual([expect.stringContaining('from the cache')]);
  });
});

describe('a hub that says no', () => {
  it('sends the user to the licence of a gated model', async () => {
    hub.nextCalls.push(refuse(403, { 'x-error-code': 'GatedRepo' }));
    const { message } = await refusal(resolve);
    expect(message).toMatch(/accept the model's licence at http.*lab\/tiny-vit.*HF_TOKEN/);
    expect(pauses).toEqual([]);
  });

  it('asks for a token where none was given', async () => {
    hub.nextCalls.push(refuse(401));
    expect((await refusal(resolve)).message).toContain('set HF_TOKEN');
  });

  it('knows the nearest spelling of a model', async () => {
    expect((await refusal(() => resolve('lab/tiny-wit'))).message).toContain('did you mean lab/tiny-vit?');
  });

  it('knows the revisions of a model', async () => {
    const { message } = await refusal(() => resolve('lab/tiny-vit@smaler'));
    expect(message).toContain('one of: main, smaller (did you mean smaller?)');
  });
});

describe('offline', () => {
  it('takes what is cached and asks nobody', async () => {
    await resolve();
    hub.log.length = 0;
    const { folder } = await resolve('lab/tiny-vit', { HF_HUB_OFFLINE: '1' });
    expect(existsSync(path.join(folder, 'config.json'))).toBe(true);
    expect(hub.log).toEqual([]);
  });

  it.each(['lab/tiny-vit', 'lab/tiny-vit@smaller'])(
    'says how to get %s when it is not cached',
    async (reference) => {
      const revision = reference.split('@')[1] ?? 'main';
      const { message } = await refusal(() => resolve(reference, { HF_HUB_OFFLINE: 'true' }));
      expect(message).toContain(`hf download lab/tiny-vit --revision ${revision}`);
      expect(hub.log).toEqual([]);
    },
  );

  it('does not take a snapshot whose weights are missing', async () => {
    await resolve();
    rmSync(blob);
    expect((await refusal(() => resolve('lab/tiny-vit', { HF_HUB_OFFLINE: '1' }))).message).toContain(
      'not in the cache',
    );
  });
});

describe('the token', () => {
  it('comes from HF_TOKEN, or from where Python keeps it, and goes with every request to the hub', async () => {
    await resolve('lab/tiny-vit', { HF_TOKEN: 'of-the-environment' });
    expect(new Set(hub.tokens)).toEqual(new Set(['Bearer of-the-environment']));
    hub.tokens.length = 0;
    writeFileSync(path.join(root, 'home', 'token'), 'of-the-file\n');
    await resolve();
    expect(new Set(hub.tokens)).toEqual(new Set(['Bearer of-the-file']));
  });

  it('does not follow a redirect to another host', async () => {
    const elsewhere = await playHub();
    elsewhere.models.set('lab/tiny-vit', model);
    hub.nextFiles.push(
      () => false,
      () => false,
      (request, response) => {
        response.writeHead(302, { location: `${elsewhere.endpoint}${request.url}` }).end();
        return true;
      },
    );
    await resolve('lab/tiny-vit', { HF_TOKEN: 'secret' });
    expect(readFileSync(blob)).toEqual(weights);
    expect(elsewhere.tokens).toEqual([undefined]);
    await elsewhere.close();
  });
});
