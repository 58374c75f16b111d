/** Pipelines that open, and what is said of those that do not. */
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readTensors, writeTensors } from '../../../src/checkpoints/tensors.js';
import { openModel } from '../../../src/models/open-model.js';
import { openPipeline } from '../../../src/models/stable-diffusion/open-pipeline.js';

const fixture = path.resolve('test/fixtures/diffusion/sd2');
const weights = 'diffusion_pytorch_model.safetensors';

let folder: string;
beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(tmpdir(), 'turbo-bench-pipeline-')), 'sd2');
  cpSync(fixture, folder, { recursive: true, filter: (source) => !/goldens|inputs|cases/.test(source) });
});

/** Other fields in one of the configs. */
function change(file: string, fields: Record<string, unknown>): void {
  const place = path.join(folder, file);
  writeFileSync(place, JSON.stringify({ ...JSON.parse(readFileSync(place, 'utf8')), ...fields }));
}

describe('openPipeline', () => {
  it('knows the parts of a folder, and a part by itself', async () => {
    const whole = await openPipeline(folder);
    expect(whole).toMatchObject({
      parts: ['unet', 'vae', 'text_encoder'],
      imageSize: { height: 64, width: 64 },
      latentSize: { height: 16, width: 16 },
    });
    const alone = await openPipeline(path.join(folder, 'vae'));
    expect(alone).toMatchObject({ parts: ['vae'], imageSize: { height: 64, width: 64 } });
    await expect(alone.unet()).rejects.toThrow(/does not have this part(.|\n)*one of: vae/);
    expect(await whole.digest()).toMatch(/^[0-9a-f]{64}$/);
    for (const pipeline of [whole, alone]) pipeline.close();
  });

  it('opens the weights of a part when it is asked for, and once', async () => {
    rmSync(path.join(folder, 'vae', weights));
    const pipeline = await openPipeline(folder);
    const [first, second] = [await pipeline.unet(), await pipeline.unet()];
    expect(second.config).toBe(first.config);
    await expect(pipeline.vae()).rejects.toThrow('holds no weights');
    copyFileSync(path.join(fixture, 'vae', weights), path.join(folder, 'vae', weights));
    await expect(pipeline.vae()).resolves.toBeDefined();
    pipeline.close();
  });

  it('needs no weights where they are random', async () => {
    for (const part of ['unet', 'vae']) rmSync(path.join(folder, part, weights));
    const pipeline = await openPipeline({ model: folder, weights: 'random', imageSize: 96 });
    expect(pipeline.latentSize).toEqual({ height: 24, width: 24 });
    await expect(pipeline.unet()).resolves.toBeDefined();
    await expect(pipeline.vae()).resolves.toBeDefined();
  });

  it('takes the files of a variant, whole or in shards, and says which one is there', async () => {
    const unet = path.join(folder, 'unet');
    const tensors = readTensors(path.join(unet, weights));
    rmSync(path.join(unet, weights));
    const names = [...tensors.keys()];
    const shards = ['one.safetensors', 'two.safetensors'];
    const shardOf = (name: string) => shards[names.indexOf(name) % 2]!;
    for (const shard of shards)
      await writeTensors(
        path.join(unet, shard),
        new Map([...tensors].filter(([name]) => shardOf(name) === shard)),
      );
    const index = { weight_map: Object.fromEntries(names.map((name) => [name, shardOf(name)])) };
    writeFileSync(
      path.join(unet, 'diffusion_pytorch_model.safetensors.index.fp16.json'),
      JSON.stringify(index),
    );
    await expect((await openPipeline(unet)).unet()).rejects.toThrow('--variant fp16');
    const sharded = await openPipeline({ model: unet, variant: 'fp16' });
    await expect(sharded.unet()).resolves.toBeDefined();
    sharded.close();

    copyFileSync(
      path.join(fixture, 'unet', weights),
      path.join(unet, 'diffusion_pytorch_model.fp16.safetensors'),
    );
    const whole = await openPipeline({ model: unet, variant: 'fp16' });
    await expect(whole.unet()).resolves.toBeDefined();
    whole.close();
    await expect((await openPipeline({ model: unet, variant: 'int8' })).unet()).rejects.toThrow(
      'variant int8',
    );
  });
});

describe('a pipeline is refused', () => {
  const opening = () => openPipeline(folder);

  it('that lacks sub-folders, which are all named', async () => {
    rmSync(path.join(folder, 'tokenizer'), { recursive: true });
    rmSync(path.join(folder, 'vae'), { recursive: true });
    await expect(opening()).rejects.toThrow(/lacks a sub-folder(.|\n)*\["vae","tokenizer"\]/);
  });

  it('whose part has no config', async () => {
    rmSync(path.join(folder, 'unet/config.json'));
    await expect(opening()).rejects.toThrow(/no config\.json(.|\n)*sd2\/unet/);
  });

  it('whose U-Net reads texts of another width than the text encoder writes', async () => {
    change('unet/config.json', { cross_attention_dim: 48 });
    await expect(opening()).rejects.toThrow(
      /unet\/config\.json(.|\n)*\{"cross_attention_dim":48\}(.|\n)*32, the hidden_size in .*text_encoder\/config\.json/,
    );
  });

  it('whose U-Net works on other latents than the autoencoder makes', async () => {
    change('unet/config.json', { in_channels: 9 });
    await expect(opening()).rejects.toThrow(/\{"in_channels":9\}(.|\n)*4, the latent_channels in/);
  });

  it('of another class', async () => {
    change('model_index.json', { _class_name: 'StableDiffusionXLPipeline' });
    await expect(opening()).rejects.toThrow(/StableDiffusionXLPipeline(.|\n)*StableDiffusionPipeline/);
  });

  it('with a text encoder that projects', async () => {
    change('text_encoder/config.json', { architectures: ['CLIPTextModelWithProjection'] });
    await expect(opening()).rejects.toThrow(/CLIPTextModelWithProjection(.|\n)*one of: CLIPTextModel/);
  });

  it.each([
    ['unet', { down_block_types: ['CrossAttnDownBlok2D', 'DownBlock2D'] }, /unet\/config\.json/],
    [
      'unet',
      { down_block_types: ['CrossAttnDownBlok2D', 'DownBlock2D'] },
      /did you mean CrossAttnDownBlock2D\?/,
    ],
    ['unet', { up_block_types: ['UpBlock2D'] }, /up_block_types: has 1 entries, block_out_channels has 2/],
    [
      'unet',
      { addition_embed_type: 'text_time' },
      /addition_embed_type: "text_time" is not supported, only null/,
    ],
    ['unet', { transformer_layers_per_block: [1, 2] }, /transformer_layers_per_block/],
    ['unet', { attention_head_dim: [2, 5] }, /5 heads do not divide the 24 channels of level 1/],
    ['unet', { norm_num_groups: 7 }, /norm_num_groups: 7 does not divide the 16 channels of level 0/],
    ['vae', { down_block_types: ['AttnDownEncoderBlock2D'] }, /"AttnDownEncoderBlock2D" is no block type/],
    ['vae', { norm_num_groups: 3 }, /norm_num_groups: 3 does not divide 8 channels/],
  ])('for a field of %s: %o', async (part, fields, message) => {
    change(`${part}/config.json`, fields);
    await expect(opening()).rejects.toThrow(message);
  });

  it('whose weights do not fit its config, naming the tensors under the names that it has', async () => {
    change('vae/config.json', { layers_per_block: 2 });
    change('text_encoder/config.json', { num_hidden_layers: 3 });
    const pipeline = await opening();
    await expect(pipeline.vae()).rejects.toThrow(
      /missing: encoder\.down_blocks\.0\.resnets\.1\.norm1\.weight/,
    );
    await expect(pipeline.textEncoder()).rejects.toThrow(/missing: encoder\.layers\.2\.layer_norm1\.weight/);
    pipeline.close();
  });

  it.each([61, 62, 2])(
    'for a picture of %i pixels, which its autoencoder does not divide',
    async (imageSize) => {
      const refused = openPipeline({ model: folder, imageSize });
      await expect(refused).rejects.toThrow(new RegExp(`"width":${imageSize}(.|\n)*multiples of 4 pixels`));
    },
  );

  it('that is none', async () => {
    mkdirSync(path.join(folder, 'empty'));
    await expect(openPipeline(path.join(folder, 'empty'))).rejects.toThrow('no Stable Diffusion pipeline');
    await expect(openPipeline('random:vit-b16')).rejects.toThrow('no Stable Diffusion pipeline');
  });
});

it('is no encoder of images', async () => {
  for (const reference of [folder, path.join(folder, 'unet'), 'random:sd-1.5'])
    await expect(openModel(reference)).rejects.toThrow(
      /a diffusion model(.|\n)*predict take diffusion models/,
    );
});
