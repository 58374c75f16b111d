/**
 * The autoencoder of Stable Diffusion: pictures to a distribution over latents, and latents to pictures.
 *
 * Source: Latent Diffusion (arXiv 2112.10752); `AutoencoderKL` of diffusers 0.42, `autoencoders/vae.py`. A level is a resolution, 0 that of the
 * picture.
 */
import { TurboError } from '../../errors/turbo-error.js';
import { BATCH, clip, graph, input, silu, split, withScope } from '../../graph/index.js';
import type { Graph, Tensor } from '../../graph/tensor.js';
import { convolve, takeConvolution } from '../blocks/convolution.js';
import { normalizeGroups, takeGroupNorm } from '../blocks/group-norm.js';
import type { Parameters } from '../parameters.js';
import { downsample, lateMargin, upsample } from './resampling.js';
import { residualBlock } from './residual-block.js';
import { pixelsPerLatent, type VaeConfig } from './vae-config.js';
import { vaeMiddle } from './vae-middle.js';

/** Of every norm. */
const epsilon = 1e-6;
const logvarBounds = { min: -30, max: 20 };

/** Height and width, of a picture in pixels or of latents. */
export interface Size {
  readonly height: number;
  readonly width: number;
}

/**
 * Input `pixel_values` [batch, 3, height, width] in −1 … 1; outputs `mean` and `logvar` [batch, latent channels, height / 8, width / 8], not
 * scaled by `scaling_factor`, the log-variance kept within −30 … 20.
 */
export function vaeEncoderGraph(config: VaeConfig, parameters: Parameters, { height, width }: Size): Graph {
  const { block_out_channels: channels, latent_channels: latents } = config;
  const pixels = input('pixel_values', 'float32', [BATCH, config.in_channels, height, width]);
  const deepest = channels.length - 1;
  let hidden = withScope('input', () =>
    convolve(pixels, take(parameters, 'encoder.conv_in', config.in_channels, channels[0]!)),
  );
  channels.forEach((outputs, level) => {
    const name = `encoder.down_blocks.${level}`;
    withScope(`level ${level}`, () => {
      for (let at = 0; at < config.layers_per_block; at++)
        hidden = residual(hidden, parameters, name, at, blockOptions(config, outputs));
      if (level === deepest) return;
      hidden = withScope('downsampling', () => downsample(hidden, parameters, name, lateMargin));
    });
  });
  hidden = vaeMiddle(hidden, parameters, 'encoder', blockOptions(config, channels[deepest]!));
  const moments = withScope('output', () => {
    const out = head(hidden, config, parameters, 'encoder', 2 * latents);
    return convolve(out, take(parameters, 'quant_conv', 2 * latents, 2 * latents, 1));
  });
  const [mean, logvar] = withScope('output', () => {
    const [first, second] = split(moments, [latents, latents], { axis: 1 });
    return [first!, clip(second!, logvarBounds)];
  });
  return graph('vae encoder', [pixels], { mean: mean!, logvar: logvar! });
}

/**
 * Input `latents` [batch, latent channels, height, width], already divided by `scaling_factor`; output `images` [batch, 3, 8 · height,
 * 8 · width], mostly within −1 … 1.
 */
export function vaeDecoderGraph(config: VaeConfig, parameters: Parameters, { height, width }: Size): Graph {
  const { block_out_channels: channels, latent_channels: latentChannels } = config;
  const latents = input('latents', 'float32', [BATCH, latentChannels, height, width]);
  const deepest = channels.length - 1;
  let hidden = withScope('input', () => {
    const unpacked = convolve(
      latents,
      take(parameters, 'post_quant_conv', latentChannels, latentChannels, 1),
    );
    return convolve(unpacked, take(parameters, 'decoder.conv_in', latentChannels, channels[deepest]!));
  });
  hidden = vaeMiddle(hidden, parameters, 'decoder', blockOptions(config, channels[deepest]!));
  for (let level = deepest; level >= 0; level--) {
    const name = `decoder.up_blocks.${deepest - level}`;
    withScope(`level ${level}`, () => {
      for (let at = 0; at <= config.layers_per_block; at++)
        hidden = residual(hidden, parameters, name, at, blockOptions(config, channels[level]!));
      if (level === 0) return;
      const [, , rows, columns] = hidden.shape as [unknown, unknown, number, number];
      hidden = withScope('upsampling', () =>
        upsample(hidden, parameters, name, { height: 2 * rows, width: 2 * columns }),
      );
    });
  }
  const images = withScope('output', () => head(hidden, config, parameters, 'decoder', config.out_channels));
  return graph('vae decoder', [latents], { images });
}

/** The latents of a picture. @throws TurboError for a side that is no multiple of the autoencoder's factor */
export function latentSize(config: VaeConfig, { height, width }: Size): Size {
  const factor = pixelsPerLatent(config);
  if ([height, width].some((side) => side < factor || side % factor !== 0)) {
    throw new TurboError('The autoencoder does not divide this size of picture.', {
      value: { height, width },
      allowed: `multiples of ${factor} pixels`,
    });
  }
  return { height: height / factor, width: width / factor };
}

function blockOptions({ norm_num_groups: groups }: VaeConfig, channels: number) {
  return { channels, groups, epsilon, time: null };
}

function residual(
  x: Tensor,
  parameters: Parameters,
  name: string,
  at: number,
  options: ReturnType<typeof blockOptions>,
): Tensor {
  return withScope(`residual ${at}`, () => residualBlock(x, parameters, `${name}.resnets.${at}`, options));
}

/** Norm, activation and last convolution: [batch, C, H, W] → [batch, outputs, H, W]. */
function head(x: Tensor, config: VaeConfig, parameters: Parameters, name: string, outputs: number): Tensor {
  const channels = x.shape[1] as number;
  const norm = takeGroupNorm(parameters, `${name}.conv_norm_out`, {
    channels,
    groups: config.norm_num_groups,
    epsilon,
  });
  return convolve(silu(normalizeGroups(x, norm)), take(parameters, `${name}.conv_out`, channels, outputs));
}

function take(parameters: Parameters, name: string, inputs: number, outputs: number, kernel = 3) {
  return takeConvolution(parameters, name, { inputs, outputs, kernel });
}
