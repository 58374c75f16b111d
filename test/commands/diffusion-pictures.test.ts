/** `predict` on whole Stable Diffusion pipelines, and on a U-Net that merges, through the command line. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readTensors, type Tensor, writeTensors } from '../../src/checkpoints/tensors.js';
import Predict from '../../src/commands/predict.js';
import { expectClose, int64, openGolden } from '../models/stable-diffusion/diffusion-golden.js';
import { printed } from './printed.js';

const root = path.resolve('package.json');
const golden = openGolden('sd1');
const folder = mkdtempSync(path.join(tmpdir(), 'turbo-bench-pictures-'));
const outputs = path.join(folder, 'out.safetensors');

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** Runs the command. @returns what it printed */
async function predict(
  inputs: Readonly<Record<string, unknown>>,
  flags: readonly string[],
  model = golden.folder,
): Promise<string> {
  const file = path.join(folder, 'in.safetensors');
  await writeTensors(file, new Map(Object.entries(inputs)) as ReadonlyMap<string, Tensor>);
  const text = await printed(() =>
    Predict.run([model, '--inputs', file, '--outputs', outputs, ...flags], root),
  );
  return text.replace(/\s+/g, ' ');
}

const written = (name: string) => readTensors(outputs).get(name) as never;
const ids = int64(golden.input('promptIds'));
const row = (at: number) => ({
  ...ids,
  shape: [1, 16],
  data: (ids.data as BigInt64Array).slice(at * 16, (at + 1) * 16),
});
const texts = { input_ids: row(1), negative_input_ids: row(0) };

describe('predict', () => {
  it('runs text-to-image under a reduction as diffusers with the method written out does', async () => {
    const { tolerance } = golden.find('t2i.ddim.turbo-cross-attention');
    await predict({ ...texts, latents: golden.input('initialNoise') }, [
      ...[
        '--steps',
        '5',
        '--guidance',
        '7.5',
        '--scheduler',
        '{class: ddim, timestepSpacing: leading}',
        '--trace',
      ],
      ...['--reduction', '{method: turbo, ratio: 0.5, alpha: 1, semantic: cross-attention}'],
    ]);
    const latents = readTensors(outputs).get('latents')!;
    expect(latents.shape).toEqual([5, 1, 4, 16, 16]);
    const flat = { ...latents, shape: [5, 4, 16, 16] } as never;
    expectClose('latents', flat, golden.tensor('t2i.ddim.turbo-cross-attention.latents'), tolerance);
    expect(readTensors(outputs).get('images')!.shape).toEqual([1, 3, 64, 64]);
  });

  it('runs image-to-image from a picture and its noise', async () => {
    const { tolerance } = golden.find('img2img.ddim');
    await predict(
      {
        ...texts,
        init_image: golden.input('vae.image'),
        vae_noise: golden.input('img2img.vaeNoise'),
        noise: golden.input('img2img.noise'),
      },
      ['--steps', '5', '--strength', '0.6', '--scheduler', '{class: ddim, timestepSpacing: leading}'],
    );
    expectClose('images', written('images'), golden.tensor('img2img.ddim.image'), {
      ...tolerance,
      atol: 2 * tolerance.atol,
    });
  });

  it('draws noise that is not given from the seed, and takes the empty text for a negative one', async () => {
    const few = ['--steps', '1', '--scheduler', 'euler-ancestral'];
    const drawn = async (seed: string) => {
      await predict({ input_ids: ids, vae_noise: golden.input('img2img.vaeNoise') }, [
        ...few,
        '--seed',
        seed,
      ]);
      return readTensors(outputs).get('latents')!;
    };
    const [one, again, other] = [await drawn('1'), await drawn('1'), await drawn('2')];
    expect(one.shape).toEqual([4, 4, 16, 16]);
    expect(again.data).toEqual(one.data);
    expect(other.data).not.toEqual(one.data);
  });

  it('sets the empty text at the length of the prompt against a short one', async () => {
    const short = (data: BigInt64Array) => ({ ...row(1), shape: [1, 7], data });
    const input_ids = short(row(1).data.slice(0, 7));
    const [start, end] = [577n, 578n];
    const empty = short(BigInt64Array.of(start, end, end, end, end, end, end));
    const latents = golden.input('initialNoise');
    await predict({ input_ids, latents }, ['--steps', '1']);
    const left = readTensors(outputs).get('latents')!;
    await predict({ input_ids, negative_input_ids: empty, latents }, ['--steps', '1']);
    expect(left.data).toEqual(readTensors(outputs).get('latents')!.data);
  });

  it('shows what a U-Net merges', async () => {
    const { tolerance } = golden.find('unet.turbo-a1');
    await predict(
      {
        sample: golden.input('unet.sample'),
        timestep: golden.input('unet.timestep'),
        encoder_hidden_states: golden.input('unet.embedding'),
      },
      ['--reduction', '{method: turbo, ratio: 0.5, alpha: 1}', '--trace'],
      path.join(golden.folder, 'unet'),
    );
    expectClose('out_sample', written('out_sample'), golden.tensor('unet.turbo-a1'), tolerance);
    expect(readTensors(outputs).get('block2.source')!.shape).toEqual([2, 128]);
  });

  it('says what is wrong with what it is given', async () => {
    const latents = golden.input('initialNoise');
    const refused = async (...given: Parameters<typeof predict>) => {
      const text = await predict(...given);
      expect(process.exitCode).toBe(2);
      process.exitCode = undefined;
      return text;
    };
    expect(
      await refused({ ...texts, latents }, ['--strength', '0', '--steps', '5', '--guidance', 'much']),
    ).toContain('--guidance is no number');
    expect(await refused({ ...texts, latents }, ['--scheduler', 'eular'])).toContain('euler');
    expect(await refused({ ...texts, latents, init_image: latents }, [])).toContain('told twice');
    expect(await refused({ ...texts, latents, nois: latents }, [])).toContain('did you mean noise?');
    expect(
      await refused({ ...texts, latents }, ['--reduction', '{method: tome, tokensPerLayer: 4}']),
    ).toContain('ratio');
    const image = { ...golden.input('vae.image') };
    expect(await refused({ ...texts, init_image: image }, ['--strength', '1.5'])).toContain(
      'above 0 and up to 1',
    );
    expect(await refused({ ...texts, latents }, ['--strength', '0.5'])).toContain(
      '--strength says nothing about text-to-image',
    );
    const short = { ...row(0), shape: [1, 7], data: row(0).data.slice(0, 7) };
    expect(await refused({ ...texts, negative_input_ids: short, latents }, [])).toContain(
      'rows of 16 tokens',
    );
    const nothing = { ...short, shape: [0, 7], data: new BigInt64Array(0) };
    expect(await refused({ input_ids: nothing, latents }, [])).toContain('input_ids is empty');
    expect(await refused({ input_ids: nothing }, [])).toContain('input_ids is empty');
    const none = { ...image, shape: [0, 3, 64, 64], data: new Float32Array(0) };
    expect(await refused({ ...texts, init_image: none }, [])).toContain('init_image is empty');
    const unknown = { ...short, data: new BigInt64Array(7).fill(99_999_999n) };
    expect(await refused({ input_ids: unknown, latents }, [])).toContain('not in the vocabulary');
    expect(await refused({ latents }, ['--steps', '4'])).toContain('--steps says nothing about a part');
    expect(
      await refused(
        {
          sample: golden.input('unet.sample'),
          timestep: golden.input('unet.timestep'),
          encoder_hidden_states: golden.input('unet.embedding'),
        },
        ['--reduction', '{method: turbo, ratio: 0.5, semantic: cross-attention}'],
      ),
    ).toContain('prompt_content');
  });
});
