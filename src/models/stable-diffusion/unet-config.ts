/**
 * `unet/config.json` of Stable Diffusion 1.x and 2.x.
 *
 * Source: `unets/unet_2d_condition.py` of diffusers 0.42, names and defaults. Its `attention_head_dim` is, against its name, the number of heads.
 */
import { z } from 'zod';
import { ImageSide } from '../config.js';
import { blockType, only } from './supported-value.js';

const count = z.int().min(1);

const Fields = z.object({
  _class_name: only('UNet2DConditionModel'),
  sample_size: ImageSide.nullish().transform((side) => side ?? { height: 64, width: 64 }),
  in_channels: count.default(4),
  out_channels: count.default(4),
  down_block_types: z
    .array(blockType(['CrossAttnDownBlock2D', 'DownBlock2D']))
    .min(1)
    .default(['CrossAttnDownBlock2D', 'CrossAttnDownBlock2D', 'CrossAttnDownBlock2D', 'DownBlock2D']),
  mid_block_type: only('UNetMidBlock2DCrossAttn'),
  up_block_types: z
    .array(blockType(['UpBlock2D', 'CrossAttnUpBlock2D']))
    .min(1)
    .default(['UpBlock2D', 'CrossAttnUpBlock2D', 'CrossAttnUpBlock2D', 'CrossAttnUpBlock2D']),
  block_out_channels: z.array(count).min(1).default([320, 640, 1280, 1280]),
  layers_per_block: count.default(2),
  transformer_layers_per_block: count.default(1),
  cross_attention_dim: count.default(1280),
  attention_head_dim: z.union([count, z.array(count)]).default(8),
  num_attention_heads: only(null),
  use_linear_projection: z.boolean().default(false),
  norm_num_groups: count.default(32),
  norm_eps: z.number().positive().default(1e-5),
  flip_sin_to_cos: z.boolean().default(true),
  freq_shift: z.number().default(0),
  act_fn: only('silu', 'swish'),
  downsample_padding: only(1),
  mid_block_scale_factor: only(1),
  resnet_out_scale_factor: only(1),
  resnet_time_scale_shift: only('default'),
  resnet_skip_time_act: only(false),
  conv_in_kernel: only(3),
  conv_out_kernel: only(3),
  center_input_sample: only(false),
  dual_cross_attention: only(false),
  only_cross_attention: only(false),
  mid_block_only_cross_attention: only(null, false),
  cross_attention_norm: only(null),
  attention_type: only('default'),
  class_embed_type: only(null),
  num_class_embeds: only(null),
  class_embeddings_concat: only(false),
  addition_embed_type: only(null),
  encoder_hid_dim: only(null),
  encoder_hid_dim_type: only(null),
  time_embedding_type: only('positional'),
  time_embedding_dim: only(null),
  time_embedding_act_fn: only(null),
  timestep_post_act: only(null),
  time_cond_proj_dim: only(null),
  reverse_transformer_layers_per_block: only(null),
});

/** Adds `heads`: the number of attention heads of every level, from the finest. */
export const UNetConfig = Fields.superRefine((config, context) => {
  const refuse = (field: keyof typeof config, message: string) =>
    context.addIssue({ code: 'custom', path: [field], message });
  const levels = config.block_out_channels.length;
  for (const field of ['down_block_types', 'up_block_types'] as const)
    if (config[field].length !== levels)
      refuse(field, `has ${config[field].length} entries, block_out_channels has ${levels}`);
  const heads = headsOf(config);
  if (heads.length !== levels)
    return refuse('attention_head_dim', `has ${heads.length} entries, block_out_channels has ${levels}`);
  config.block_out_channels.forEach((channels, level) => {
    if (channels % config.norm_num_groups !== 0)
      refuse(
        'norm_num_groups',
        `${config.norm_num_groups} does not divide the ${channels} channels of level ${level}`,
      );
    if (channels % heads[level]! !== 0)
      refuse(
        'attention_head_dim',
        `${heads[level]} heads do not divide the ${channels} channels of level ${level}`,
      );
  });
}).transform((config) => ({ ...config, heads: headsOf(config) }));
export type UNetConfig = z.output<typeof UNetConfig>;

function headsOf(config: z.output<typeof Fields>): readonly number[] {
  const given = config.attention_head_dim;
  return typeof given === 'number' ? config.block_out_channels.map(() => given) : given;
}
