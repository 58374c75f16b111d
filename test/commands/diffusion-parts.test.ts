/** `predict` and `inspect` on a Stable Diffusion pipeline. */
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readTensors, writeTensors } from '../../src/checkpoints/tensors.js';
import Inspect from '../../src/commands/inspect.js';
import Predict from '../../src/commands/predict.js';
import { playHub } from '../checkpoints/hub/play-hub.js';
import { printed } from './printed.js';

const root = path.resolve('package.json');
const pipeline = path.resolve('test/fixtures/diffusion/sd1');
const folder = mkdtempSync(path.join(tmpdir(), 'turbo-bench-parts-'));
const [inputs, outputs] = ['in.safetensors', 'out.safetensors'].map((name) => path.join(folder, name)) as [
  string,
  string,
];
const fixture = readTensors(path.join(pipeline, 'inputs.safetensors'));
await writeTensors(inputs, new Map([['latents', fixture.get('vae.latent')!]]));

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
});

describe('predict', () => {
  it.each([pipeline, path.join(pipeline, 'vae')])(
    'decodes latents by the autoencoder of %s',
    async (model) => {
      const text = await printed(() => Predict.run([model, '--inputs', inputs, '--outputs', outputs], root));
      expect(text).toMatch(/images +float32 +\[1, 3, 64, 64\]/);
      const golden = readTensors(path.join(pipeline, 'goldens.safetensors')).get('vae.decoded')!;
      const images = readTensors(outputs).get('images')!;
      expect(Number(images.data[5])).toBeCloseTo(Number(golden.data[5]), 4);
    },
  );

  it('refuses flags that say nothing about a part', async () => {
    const generating = () =>
      Predict.run([pipeline, '--inputs', inputs, '--outputs', outputs, '--generate', '{}'], root);
    expect(await printed(generating)).toMatch(/--generate says nothing about a Stable Diffusion pipeline/);
    expect(process.exitCode).toBe(2);
  });
});

describe('inspect', () => {
  it('shows the levels of a U-Net, and the other parts', async () => {
    const text = await printed(() => Inspect.run([pipeline], root));
    expect(text).toMatch(/64 × 64 px, latents of 16 × 16, weights from its checkpoint/);
    expect(text).toMatch(/level 0 +256 +3 /);
    expect(text).toMatch(/VAE decoder, one picture/);
  });

  it('knows a pipeline of the hub by its files', async () => {
    const hub = await playHub();
    const names = readdirSync(pipeline, { recursive: true, encoding: 'utf8' }).filter((name) =>
      statSync(path.join(pipeline, name)).isFile(),
    );
    const files = Object.fromEntries(names.map((name) => [name, readFileSync(path.join(pipeline, name))]));
    hub.models.set('lab/sd1', { commit: 'c0ffee'.padEnd(40, '0'), branches: ['main'], files, lfs: [] });
    vi.stubEnv('HF_ENDPOINT', hub.endpoint);
    vi.stubEnv('HF_HUB_CACHE', path.join(folder, 'cache'));
    try {
      expect(await printed(() => Inspect.run(['lab/sd1'], root))).toMatch(/latents of 16 × 16/);
    } finally {
      await hub.close();
    }
  });
});
