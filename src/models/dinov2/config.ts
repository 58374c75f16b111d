/** `config.json` of DINOv2. Source: `configuration_dinov2.py` of transformers. */
import { z } from 'zod';
import { Activation, ImageSide, labelFields } from '../config.js';

export const Dinov2Config = z.object({
  hidden_size: z.int().min(1).default(768),
  num_hidden_layers: z.int().min(1).default(12),
  num_attention_heads: z.int().min(1).default(12),
  mlp_ratio: z.number().positive().default(4),
  hidden_act: Activation.default('gelu'),
  layer_norm_eps: z.number().positive().default(1e-6),
  image_size: ImageSide.default({ height: 224, width: 224 }),
  patch_size: ImageSide.default({ height: 14, width: 14 }),
  num_channels: z.int().min(1).default(3),
  qkv_bias: z.boolean().default(true),
  use_swiglu_ffn: z.boolean().default(false),
  ...labelFields,
});
export type Dinov2Config = z.infer<typeof Dinov2Config>;

/** Width of the MLP's hidden layer; SwiGLU keeps two thirds, rounded up to a multiple of 8. */
export function mlpWidth(config: Dinov2Config): number {
  const plain = Math.trunc(config.hidden_size * config.mlp_ratio);
  return config.use_swiglu_ffn ? Math.floor((Math.trunc((plain * 2) / 3) + 7) / 8) * 8 : plain;
}
