/**
 * The step of the denoising run as a vector: sines and cosines of falling frequency, then two linear layers.
 *
 * Source: `get_timestep_embedding` and `TimestepEmbedding` in `models/embeddings.py` of diffusers. Steps may be fractional (Euler with
 * evenly spaced steps asks for 749.25). In float16 the scope `phases` stays in float32, as diffusers has it.
 */
import { concat, cos, floats, mul, reshape, silu, sin, withScope } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import { project, takeLinear } from '../blocks/linear.js';
import type { Parameters } from '../parameters.js';
import type { UNetConfig } from './unet-config.js';

const longestPeriod = 10_000;

/**
 * @param timesteps [batch] float32
 * @returns [batch, 4 · first level's channels], after the activation that every residual block applies to it
 */
export function timeEmbedding(timesteps: Tensor, config: UNetConfig, parameters: Parameters): Tensor {
  const channels = config.block_out_channels[0]!;
  const width = 4 * channels;
  const first = takeLinear(parameters, 'time_embedding.linear_1', { inputs: channels, outputs: width });
  const second = takeLinear(parameters, 'time_embedding.linear_2', { inputs: width, outputs: width });
  return withScope('time', () => {
    const phases = withScope('phases', () => waves(timesteps, config));
    return silu(project(silu(project(phases, first)), second));
  });
}

/** [batch] → [batch, C]: cosines first where the config says so. */
function waves(timesteps: Tensor, config: UNetConfig): Tensor {
  const half = config.block_out_channels[0]! / 2;
  const frequencies = Array.from({ length: half }, (_, at) =>
    Math.exp((-Math.log(longestPeriod) * at) / (half - config.freq_shift)),
  );
  const angles = mul(reshape(timesteps, [timesteps.shape[0]!, 1]), floats(frequencies, [1, half]));
  const parts = config.flip_sin_to_cos ? [cos(angles), sin(angles)] : [sin(angles), cos(angles)];
  return concat(parts, { axis: 1 });
}
