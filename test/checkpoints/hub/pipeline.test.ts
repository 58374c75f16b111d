/** Diffusion pipelines from the hub: parts in folders of their own. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveModel } from '../../../src/checkpoints/hub/resolve-model.js';
import { fixture } from '../expected.js';
import { refusal } from '../refusal.js';
import { type PlayedHub, type PlayedModel, playHub } from './play-hub.js';

const root = mkdtempSync(path.join(tmpdir(), 'hub-pipeline-'));
const cacheFolder = path.join(root, 'hub');
const weights = readFileSync(fixture('rounding.safetensors'));
const json = (value: object): Buffer => Buffer.from(JSON.stringify(value));

let hub: PlayedHub;
let model: PlayedModel;

beforeEach(async () => {
  hub = await playHub();
  const parts = { unet: 'diffusion_pytorch_model', vae: 'diffusion_pytorch_model', text_encoder: 'model' };
  const weighted = Object.entries(parts).flatMap(([part, name]) => [
    [`${part}/config.json`, json({ part })],
    [`${part}/${name}.safetensors`, weights],
    [`${part}/${name}.fp16.safetensors`, weights],
    [`${part}/${name}.bin`, Buffer.from('not wanted')],
  ]);
  model = {
    commit: 'c0ffee'.padEnd(40, '0'),
    branches: ['main'],
    files: {
      'README.md': Buffer.from('# A pipeline'),
      'model_index.json': json({ _class_name: 'StableDiffusionPipeline' }),
      'v1-5-pruned.safetensors': Buffer.from('not wanted'),
      ...(Object.fromEntries(weighted) as Record<string, Buffer>),
      'tokenizer/vocab.json': json({}),
      'tokenizer/merges.txt': Buffer.from(''),
      'scheduler/scheduler_config.json': json({ _class_name: 'PNDMScheduler' }),
      'safety_checker/model.safetensors': Buffer.from('not wanted'),
    },
    lfs: [],
  };
  hub.models.set('lab/tiny-diffusion', model);
});
afterEach(async () => {
  await hub.close();
  rmSync(cacheFolder, { recursive: true, force: true });
});
afterAll(() => rmSync(root, { recursive: true }));

const resolve = (variant?: string, env: Record<string, string> = {}) =>
  resolveModel('lab/tiny-diffusion', {
    env: { HF_ENDPOINT: hub.endpoint, ...env },
    fetch: globalThis.fetch,
    baseFolder: root,
    cacheFolder,
    ...(variant === undefined ? {} : { variant }),
  });
const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => path.extname(name) !== '')
    .sort();

describe('a diffusion pipeline', () => {
  it('comes part by part, with one set of weights each, and nothing that is not needed', async () => {
    const { folder } = await resolve();
    expect(filesOf(folder)).toEqual([
      'model_index.json',
      'scheduler/scheduler_config.json',
      'text_encoder/config.json',
      'text_encoder/model.safetensors',
      'tokenizer/merges.txt',
      'tokenizer/vocab.json',
      'unet/config.json',
      'unet/diffusion_pytorch_model.safetensors',
      'vae/config.json',
      'vae/diffusion_pytorch_model.safetensors',
    ]);
    expect(readFileSync(path.join(folder, 'unet/diffusion_pytorch_model.safetensors'))).toEqual(weights);
  });

  it('is taken from the cache when nobody can be asked, and only when all parts are there', async () => {
    const { folder } = await resolve();
    hub.log.length = 0;
    expect((await resolve(undefined, { HF_HUB_OFFLINE: '1' })).folder).toBe(folder);
    expect(hub.log).toEqual([]);
    rmSync(path.join(folder, 'vae/diffusion_pytorch_model.safetensors'));
    const { message } = await refusal(() => resolve(undefined, { HF_HUB_OFFLINE: '1' }));
    expect(message).toContain('hf download lab/tiny-diffusion');
  });

  it('comes in the files of a variant', async () => {
    const { folder } = await resolve('fp16');
    expect(existsSync(path.join(folder, 'unet/diffusion_pytorch_model.fp16.safetensors'))).toBe(true);
    expect(existsSync(path.join(folder, 'unet/diffusion_pytorch_model.safetensors'))).toBe(false);
  });

  it('comes in shards that an index beside them names', async () => {
    const shard = 'diffusion_pytorch_model-00001-of-00001.safetensors';
    delete model.files['unet/diffusion_pytorch_model.safetensors'];
    model.files[`unet/${shard}`] = weights;
    model.files['unet/diffusion_pytorch_model.safetensors.index.json'] = json({ weight_map: { a: shard } });
    const { folder } = await resolve();
    expect(existsSync(path.join(folder, 'unet', shard))).toBe(true);
  });

  it('is refused before anything large is downloaded when a part has no weights', async () => {
    for (const name of Object.keys(model.files)) if (name.startsWith('vae/diff')) delete model.files[name];
    const { message } = await refusal(() => resolve());
    expect(message).toContain('The part vae of the pipeline lab/tiny-diffusion@main has no weights');
    expect(hub.log.filter((line) => line.includes('/resolve/'))).toEqual([]);
  });

  it('takes no file that leads out of its folder', async () => {
    model.files['tokenizer/../../vocab.txt'] = Buffer.from('evil');
    model.files['tokenizer/a/vocab.txt'] = Buffer.from('deep');
    const { folder } = await resolve();
    expect(filesOf(path.dirname(folder)).filter((name) => name.endsWith('vocab.txt'))).toEqual([]);
  });
});
