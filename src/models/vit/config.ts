/** `config.json` of ViT and DeiT. Source: `configuration_vit.py` and `configuration_deit.py` of transformers. */
import { z } from 'zod';
import { Activation, ImageSide, labelFields } from '../config.js';

export const VitConfig = z.object({
  hidden_size: z.int().min(1).default(768),
  num_hidden_layers: z.int().min(1).default(12),
  num_attention_heads: z.int().min(1).default(12),
  intermediate_size: z.int().min(1).default(3072),
  hidden_act: Activation.default('gelu'),
  layer_norm_eps: z.number().positive().default(1e-12),
  image_size: ImageSide.default({ height: 224, width: 224 }),
  patch_size: ImageSide.default({ height: 16, width: 16 }),
  num_channels: z.int().min(1).default(3),
  qkv_bias: z.boolean().default(true),
  pooler_output_size: z.int().min(1).nullish(),
  pooler_act: z.literal('tanh').default('tanh'),
  ...labelFields,
});
export type VitConfig = z.infer<typeof VitConfig>;
