/** `config.json` of SigLIP. Source: `configuration_siglip.py` of transformers. */
import { z } from 'zod';
import { Activation, ImageSide } from '../config.js';

export const SiglipTextConfig = z.object({
  vocab_size: z.int().min(1).default(32000),
  hidden_size: z.int().min(1).default(768),
  intermediate_size: z.int().min(1).default(3072),
  num_hidden_layers: z.int().min(1).default(12),
  num_attention_heads: z.int().min(1).default(12),
  max_position_embeddings: z.int().min(1).default(64),
  hidden_act: Activation.default('gelu_pytorch_tanh'),
  layer_norm_eps: z.number().positive().default(1e-6),
  projection_size: z.int().min(1).nullish(),
});
export type SiglipTextConfig = z.infer<typeof SiglipTextConfig>;

export const SiglipVisionConfig = z.object({
  hidden_size: z.int().min(1).default(768),
  intermediate_size: z.int().min(1).default(3072),
  num_hidden_layers: z.int().min(1).default(12),
  num_attention_heads: z.int().min(1).default(12),
  num_channels: z.int().min(1).default(3),
  image_size: ImageSide.default({ height: 224, width: 224 }),
  patch_size: ImageSide.default({ height: 16, width: 16 }),
  hidden_act: Activation.default('gelu_pytorch_tanh'),
  layer_norm_eps: z.number().positive().default(1e-6),
  vision_use_head: z.literal(true).default(true),
});
export type SiglipVisionConfig = z.infer<typeof SiglipVisionConfig>;

export const SiglipConfig = z
  .object({ text_config: SiglipTextConfig.nullish(), vision_config: SiglipVisionConfig.nullish() })
  .transform(({ text_config, vision_config }) => ({
    text: text_config ?? SiglipTextConfig.parse({}),
    vision: vision_config ?? SiglipVisionConfig.parse({}),
  }));
export type SiglipConfig = z.infer<typeof SiglipConfig>;
