/**
 * Parameter names of the official BLIP repository, whose image encoder is timm's: the checkpoints of Salesforce as they were released.
 *
 * Source: `models/vit.py` of github.com/salesforce/BLIP. The text side has one set of names everywhere.
 */
import type { HasParameter, Parameters } from '../parameters.js';

const layer = /^vision_model\.encoder\.layers\.(\d+)\.(.*)$/;

const insideLayer: Readonly<Record<string, string>> = {
  layer_norm1: 'norm1',
  layer_norm2: 'norm2',
  'self_attn.qkv': 'attn.qkv',
  'self_attn.projection': 'attn.proj',
  'mlp.fc1': 'mlp.fc1',
  'mlp.fc2': 'mlp.fc2',
};

const elsewhere: Readonly<Record<string, string>> = {
  'vision_model.embeddings.class_embedding': 'visual_encoder.cls_token',
  'vision_model.embeddings.position_embedding': 'visual_encoder.pos_embed',
  'vision_model.embeddings.patch_embedding.weight': 'visual_encoder.patch_embed.proj.weight',
  'vision_model.embeddings.patch_embedding.bias': 'visual_encoder.patch_embed.proj.bias',
  'vision_model.post_layernorm.weight': 'visual_encoder.norm.weight',
  'vision_model.post_layernorm.bias': 'visual_encoder.norm.bias',
};

/** `vision_model.encoder.layers.0.layer_norm1.weight` → `visual_encoder.blocks.0.norm1.weight`; other names as they are. */
export function officialName(name: string): string {
  const inLayer = layer.exec(name);
  if (inLayer === null) return elsewhere[name] ?? name;
  const [, index, rest] = inLayer as unknown as [string, string, string];
  const end = rest.lastIndexOf('.');
  return `visual_encoder.blocks.${index}.${insideLayer[rest.slice(0, end)]}${rest.slice(end)}`;
}

/** Whether a checkpoint has the official names. */
export function hasOfficialNames(has: HasParameter): boolean {
  return has('visual_encoder.cls_token') && !has('vision_model.embeddings.class_embedding');
}

/** Takes by transformers' names what lies under official ones. */
export function underOfficialNames(parameters: Parameters): Parameters {
  return {
    take: (name, shape) => parameters.take(officialName(name), shape),
    values: (name, shape) => parameters.values(officialName(name), shape),
  };
}
