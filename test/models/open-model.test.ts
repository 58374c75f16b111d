/** Names, configs and weights that fit or do not. */
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openModel } from '../../src/models/open-model.js';
import { presetNames } from '../../src/models/presets.js';
import { folderWithConfig, tinyConfigs } from './tiny-model.js';

const fixtures = path.resolve('test/fixtures/models');

function vitConfig(): Record<string, unknown> {
  return JSON.parse(readFileSync(path.join(fixtures, 'vit', 'config.json'), 'utf8'));
}

/** The fixture's weights beside a changed config. */
function vitWith(config: Record<string, unknown>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'turbo-bench-model-'));
  copyFileSync(path.join(fixtures, 'vit', 'model.safetensors'), path.join(folder, 'model.safetensors'));
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config));
  return folder;
}

describe('openModel', () => {
  it('tells what a task needs to know', async () => {
    const model = await openModel(path.join(fixtures, 'vit'));
    expect(model).toMatchObject({
      family: 'vit',
      architecture: 'ViTForImageClassification',
      weightsKind: 'checkpoint',
      encoder: {
        layerCount: 4,
        tokenCount: 65,
        classToken: true,
        distillationToken: false,
        width: 48,
        heads: 3,
        imageHeight: 64,
        imageWidth: 64,
        patchSize: 8,
      },
      visionOutputs: ['last_hidden_state', 'token_sizes', 'logits'],
      textOutputs: [],
      logitScale: null,
    });
    expect(model.labels).toEqual([0, 1, 2, 3, 4, 5, 6].map((label) => `label-${label}`));
    expect(await model.digest()).toMatch(/^[0-9a-f]{64}$/);
    model.close();
  });

  it('names every tensor that is missing or of another shape in one error', async () => {
    const folder = vitWith({ ...vitConfig(), num_hidden_layers: 5, image_size: 72 });
    const opening = openModel(folder);
    await expect(opening).rejects.toThrow(
      /missing: vit\.encoder\.layer\.4\.attention\.attention\.query\.weight \[48, 48\]/,
    );
    await expect(opening).rejects.toThrow(/missing: vit\.encoder\.layer\.4\.output\.dense\.bias/);
    await expect(opening).rejects.toThrow(
      /wrong shape: vit\.embeddings\.position_embeddings is \[1, 65, 48\], needs \[1, 82, 48\]/,
    );
    await expect(opening).rejects.toThrow(/17 of \d+ tensors/);
  });

  it('suggests the supported model_type that was probably meant', async () => {
    const opening = openModel(folderWithConfig({ model_type: 'dinov3' }));
    await expect(opening).rejects.toThrow(/siglip, blip, blip_nlvr \(did you mean dinov2\?\)/);
  });

  it('refuses an architecture that the family does not build', async () => {
    const opening = openModel(vitWith({ ...vitConfig(), architectures: ['ViTForImageClasification'] }));
    await expect(opening).rejects.toThrow(/did you mean ViTForImageClassification\?/);
  });

  it('tells all that is wrong in a config, by path', async () => {
    const config = { ...tinyConfigs.clip, text_config: { hidden_act: 'tanhh', vocab_size: -1 } };
    const opening = openModel({ model: folderWithConfig(config), weights: 'random' });
    await expect(opening).rejects.toThrow(/text_config\.hidden_act/);
    await expect(opening).rejects.toThrow(/text_config\.vocab_size/);
  });

  it('refuses heads that do not divide the width', async () => {
    const config = { ...tinyConfigs.vit, num_attention_heads: 5 };
    const opening = openModel({ model: folderWithConfig(config), weights: 'random' });
    await expect(opening).rejects.toThrow(/heads does not divide the width/);
  });

  it('builds the bare encoder from a checkpoint that was saved with a head', async () => {
    const model = await openModel(vitWith({ ...vitConfig(), architectures: ['ViTModel'] }));
    expect(model.visionOutputs).toEqual(['last_hidden_state', 'token_sizes']);
    model.close();
  });

  it('says which outputs there are when another one is asked for', async () => {
    const model = await openModel('random:vit-b16');
    const build = () => model.buildVision({ reduction: { method: 'none' }, outputs: ['logit'] });
    expect(build).toThrow(/did you mean logits\?/);
  });

  it('knows that a ViT reads no text, and how long a text may be', async () => {
    const vit = await openModel('random:vit-b16');
    expect(() => vit.buildText({ sequenceLength: 8, outputs: [] })).toThrow(/no text encoder/);
    const clip = await openModel('random:clip-b32');
    const build = () => clip.buildText({ sequenceLength: 78, outputs: ['text_embeds'] });
    expect(build).toThrow(/1 to 77 tokens/);
  });

  it('refuses an image smaller than a patch', async () => {
    const model = await openModel('random:vit-b16');
    const build = () =>
      model.buildVision({ reduction: { method: 'none' }, outputs: ['logits'], imageHeight: 15 });
    expect(build).toThrow(/smaller than one patch/);
  });
});

describe('presets', () => {
  it.each([
    ['vit-ti16', 197, 12],
    ['vit-s16', 197, 12],
    ['vit-b16', 197, 12],
    ['vit-l16', 197, 24],
    ['vit-h14', 257, 32],
    ['deit-s16', 198, 12],
    ['clip-b32', 50, 12],
    ['clip-b16', 197, 12],
    ['clip-l14', 257, 24],
    ['clip-l14-336', 577, 24],
    ['dinov2-s14', 257, 12],
    ['dinov2-b14', 257, 12],
    ['siglip-b16', 196, 12],
  ])('%s has %i tokens and %i blocks', async (preset, tokenCount, layerCount) => {
    const model = await openModel({ preset, weights: 'random' });
    expect(model.encoder).toMatchObject({ tokenCount, layerCount });
    expect(model.weightsKind).toBe('random');
    expect(presetNames).toContain(preset);
  });

  it('take another image size', async () => {
    const model = await openModel({ preset: 'vit-b16', imageSize: 384 });
    expect(model.encoder).toMatchObject({ tokenCount: 577, imageHeight: 384 });
  });

  it('suggest the name that was probably meant', async () => {
    await expect(openModel('random:vit-b61')).rejects.toThrow(/did you mean vit-b16\?/);
  });

  it('are told apart by seed and config', async () => {
    const digestOf = async (seed: number) => (await openModel({ preset: 'vit-b16', seed })).digest();
    expect(await digestOf(0)).toBe(await digestOf(0));
    expect(await digestOf(0)).not.toBe(await digestOf(1));
  });
});
