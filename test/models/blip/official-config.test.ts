/** Configs told by names and shapes alone. */
import { describe, expect, it } from 'vitest';
import { officialConfig } from '../../../src/models/blip/official-config.js';
import { networkOf } from '../../../src/models/families.js';
import { assembleModel, type Model } from '../../../src/models/model.js';
import { randomParameters } from '../../../src/models/random-parameters.js';
import { refusal } from '../../checkpoints/refusal.js';
import { blipBase, blipLarge, type Kind, type OfficialSizes, officialShapes } from './official-shapes.js';

const file = '/models/model.pth';

/** A model whose checkpoint has these names and shapes; its numbers are never asked for. */
function assembled(kind: Kind, sizes: OfficialSizes): Model {
  const stored = officialShapes(kind, sizes);
  const has = (name: string): boolean => stored.has(name);
  const { family, network } = networkOf(officialConfig(stored, file), has);
  return assembleModel({
    ...{ reference: file, family: family.name, network, image: network.trainedImage },
    ...{ source: { ...randomParameters(0, ''), has, stored }, folder: null, tokenizerFolder: null },
  });
}

describe('the config of an official checkpoint', () => {
  it.each([
    ['caption', 'blip', 'BlipForConditionalGeneration'],
    ['vqa', 'blip', 'BlipForQuestionAnswering'],
    ['retrieval', 'blip', 'BlipForImageTextRetrieval'],
    ['pretrain', 'blip', 'BlipForImageTextRetrieval'],
    ['nlvr', 'blip_nlvr', 'BLIP_NLVR'],
  ] as const)('of %s is one of %s, %s', (kind, modelType, architecture) => {
    const config = officialConfig(officialShapes(kind, blipBase), file);
    expect(config.fields).toMatchObject({ model_type: modelType, architectures: [architecture] });
    expect(config.where).toBe('/models/model.pth (config inferred from its tensors)');
    expect(networkOf(config, () => false).network).toMatchObject({
      architecture,
      trainedImage: { height: 384, width: 384 },
      patch: { height: 16, width: 16 },
      specialTokens: { decoderId: 30522, encoderId: 30523, endId: 102, padId: 0 },
    });
  });

  it('has every size of BLIP-base, with the epsilons of the official code', () => {
    const { fields } = officialConfig(officialShapes('retrieval', blipBase), file);
    expect(fields.image_text_hidden_size).toBe(256);
    expect(fields.vision_config).toEqual({
      hidden_size: 768,
      num_hidden_layers: 12,
      num_attention_heads: 12,
      num_channels: 3,
      patch_size: 16,
      image_size: 384,
      intermediate_size: 3072,
      mlp_ratio: 4,
      layer_norm_eps: 1e-6,
      hidden_act: 'gelu',
    });
    expect(fields.text_config).toEqual({
      vocab_size: 30524,
      hidden_size: 768,
      num_hidden_layers: 12,
      num_attention_heads: 12,
      max_position_embeddings: 512,
      intermediate_size: 3072,
      layer_norm_eps: 1e-12,
      hidden_act: 'gelu',
      pad_token_id: 0,
      sep_token_id: 102,
      bos_token_id: 30522,
      enc_token_id: 30523,
    });
  });

  it('has the larger image encoder of BLIP-large before the same text side', () => {
    const { fields } = officialConfig(officialShapes('caption', blipLarge), file);
    expect(fields.vision_config).toMatchObject({
      hidden_size: 1024,
      num_hidden_layers: 24,
      num_attention_heads: 16,
      intermediate_size: 4096,
    });
    expect(fields.text_config).toMatchObject({ hidden_size: 768, num_attention_heads: 12 });
    expect(fields).not.toHaveProperty('image_text_hidden_size');
  });

  it.each([
    ['caption', 'BLIP-base', blipBase, 577],
    ['vqa', 'BLIP-base', { ...blipBase, grid: 30 }, 901],
    ['retrieval', 'BLIP-base', blipBase, 577],
    ['nlvr', 'BLIP-base', blipBase, 577],
    ['pretrain', 'BLIP-base', { ...blipBase, grid: 14 }, 197],
    ['caption', 'BLIP-large', blipLarge, 577],
    ['retrieval', 'BLIP-large', blipLarge, 577],
  ] as const)('fits every tensor of %s in %s', (kind, _, sizes, tokenCount) => {
    const { encoder, textMaxLength } = assembled(kind, sizes);
    expect(encoder).toMatchObject({ tokenCount, width: sizes.width, layerCount: sizes.layers });
    expect(textMaxLength).toBe(kind === 'retrieval' || kind === 'pretrain' ? 512 : null);
  });

  it('has the image size that the positions were trained for', () => {
    const { fields } = officialConfig(officialShapes('vqa', { ...blipBase, grid: 30 }), file);
    expect(fields.vision_config).toMatchObject({ image_size: 480 });
  });

  it('is refused to what is no BLIP, with the tensors that were looked for and what to do', async () => {
    const shapes = new Map([['vision_model.embeddings.class_embedding', [768]]]);
    const { message, parts } = await refusal(() => officialConfig(shapes, file));
    expect(message).toContain('missing: visual_encoder.patch_embed.proj.weight');
    expect(message).toContain('missing: visual_encoder.pos_embed');
    expect(message).toContain('itm_head.weight and vision_proj.weight (BlipForImageTextRetrieval)');
    expect(parts).toMatchObject({
      where: file,
      next: expect.stringContaining('config.json of model_type blip'),
    });
  });

  it('is refused to widths that are no heads of 64 and to grids that are no squares, all at once', async () => {
    const shapes = officialShapes('caption', { ...blipBase, width: 32, textWidth: 48 });
    shapes.set('visual_encoder.pos_embed', [1, 7, 32]);
    const { message } = await refusal(() => officialConfig(shapes, file));
    expect(message).toContain('visual_encoder.patch_embed.proj.weight has width 32');
    expect(message).toContain('text_decoder.bert.embeddings.word_embeddings.weight has width 48');
    expect(message).toContain('visual_encoder.pos_embed [1, 7, 32] is no square grid');
  });
});
