/** `config.json` of CLIP. Source: `configuration_clip.py` of transformers. */
import { z } from 'zod';
import { Activation, ImageSide } from '../config.js';

export const ClipTextConfig = z.object({
  vocab_size: z.int().min(1).default(49408),
  hidden_size: z.int().min(1).default(512),
  intermediate_size: z.int().min(1).default(2048),
  num_hidden_layers: z.int().min(1).default(12),
  num_attention_heads: z.int().min(1).default(8),
  max_position_embeddings: z.int().min(1).default(77),
  hidden_act: Activation.default('quick_gelu'),
  layer_norm_eps: z.number().positive().default(1e-5),
  eos_token_id: z.int().default(49407),
});
export type ClipTextConfig = z.infer<typeof ClipTextConfig>;

export const ClipVisionConfig = z.object({
  hidden_size: z.int().min(1).default(768),
  intermediate_size: z.int().min(1).default(3072),
  num_hidden_layers: z.int().min(1).default(12),
  num_attention_heads: z.int().min(1).default(12),
  num_channels: z.int().min(1).default(3),
  image_size: ImageSide.default({ height: 224, width: 224 }),
  patch_size: ImageSide.default({ height: 32, width: 32 }),
  hidden_act: Activation.default('quick_gelu'),
  layer_norm_eps: z.number().positive().default(1e-5),
});
export type ClipVisionConfig = z.infer<typeof ClipVisionConfig>;

/** Older files repeat the towers as `text_config_dict` and `vision_config_dict`, which win. */
export const ClipConfig = z
  .object({
    text_config: ClipTextConfig.nullish(),
    vision_config: ClipVisionConfig.nullish(),
    text_config_dict: ClipTextConfig.nullish(),
    vision_config_dict: ClipVisionConfig.nullish(),
    projection_dim: z.int().min(1).default(512),
  })
  .transform((config) => ({
    text: config.text_config_dict ?? config.text_config ?? ClipTextConfig.parse({}),
    vision: config.vision_config_dict ?? config.vision_config ?? ClipVisionConfig.parse({}),
    projection_dim: config.projection_dim,
  }));
export type ClipConfig = z.infer<typeof ClipConfig>;
