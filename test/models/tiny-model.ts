/** Tiny networks of every family, made of a config alone, for laws that must hold for any weights. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TensorData, tensorData } from '../../src/engines/index.js';
import { seededRandom } from '../../src/random/seeded.js';

const encoder = { hidden_size: 24, num_hidden_layers: 3, num_attention_heads: 2, intermediate_size: 32 };
const image = { image_size: 32, patch_size: 8 };
const text = { vocab_size: 50, max_position_embeddings: 8, ...encoder };

export const tinyConfigs: Readonly<Record<string, Record<string, unknown>>> = {
  vit: { model_type: 'vit', ...encoder, ...image, num_labels: 3 },
  deit: { model_type: 'deit', ...encoder, ...image, num_labels: 3 },
  dinov2: { model_type: 'dinov2', ...encoder, ...image, mlp_ratio: 2, use_swiglu_ffn: true },
  clip: {
    model_type: 'clip',
    projection_dim: 12,
    text_config: text,
    vision_config: { ...encoder, ...image },
  },
  siglip: { model_type: 'siglip', text_config: text, vision_config: { ...encoder, ...image } },
};

/** A new folder that holds nothing but this config. */
export function folderWithConfig(config: unknown): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'turbo-bench-model-'));
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config));
  return folder;
}

/** Seeded normal pixels, [batch, 3, side, side]. */
export function randomPixels(seed: number, batch: number, side = 32): TensorData {
  const draw = seededRandom(seed, 'pixels');
  const data = Float32Array.from({ length: batch * 3 * side * side }, () => draw.normal());
  return tensorData(data, [batch, 3, side, side]);
}
