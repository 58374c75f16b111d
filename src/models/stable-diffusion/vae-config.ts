/**
 * `vae/config.json` of Stable Diffusion: the autoencoder between pictures and latents.
 *
 * Source: `autoencoders/autoencoder_kl.py` of diffusers 0.42, names and defaults.
 */
import { z } from 'zod';
import { ImageSide } from '../config.js';
import { blockType, only } from './supported-value.js';

const count = z.int().min(1);

export const VaeConfig = z
  .object({
    _class_name: only('AutoencoderKL'),
    sample_size: ImageSide.default({ height: 32, width: 32 }),
    in_channels: count.default(3),
    out_channels: count.default(3),
    down_block_types: z.array(blockType(['DownEncoderBlock2D'])).default(['DownEncoderBlock2D']),
    up_block_types: z.array(blockType(['UpDecoderBlock2D'])).default(['UpDecoderBlock2D']),
    block_out_channels: z.array(count).min(1).default([64]),
    layers_per_block: count.default(1),
    latent_channels: count.default(4),
    norm_num_groups: count.default(32),
    /** Latents of the U-Net are those of the autoencoder times this. */
    scaling_factor: z.number().positive().default(0.18215),
    act_fn: only('silu', 'swish'),
    mid_block_add_attention: only(true),
    use_quant_conv: only(true),
    use_post_quant_conv: only(true),
    shift_factor: only(null),
    latents_mean: only(null),
    latents_std: only(null),
  })
  .superRefine((config, context) => {
    const { block_out_channels: channels, norm_num_groups: groups } = config;
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    for (const field of ['down_block_types', 'up_block_types'] as const)
      if (config[field].length !== channels.length)
        refuse(field, `has ${config[field].length} entries, block_out_channels has ${channels.length}`);
    for (const width of channels)
      if (width % groups !== 0) refuse('norm_num_groups', `${groups} does not divide ${width} channels`);
  });
export type VaeConfig = z.output<typeof VaeConfig>;

/** Pixels along one side for one latent: 8 in Stable Diffusion. */
export function pixelsPerLatent({ block_out_channels: channels }: VaeConfig): number {
  return 2 ** (channels.length - 1);
}
