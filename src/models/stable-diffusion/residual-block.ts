/**
 * Two convolutions beside a shortcut, the building block of U-Net and autoencoder.
 *
 * Source: `ResnetBlock2D` in `models/resnet.py` of diffusers.
 */
import { add, reshape, silu } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import { convolve, takeConvolution } from '../blocks/convolution.js';
import { normalizeGroups, takeGroupNorm } from '../blocks/group-norm.js';
import { project, takeLinear } from '../blocks/linear.js';
import type { Parameters } from '../parameters.js';

export interface ResidualBlockOptions {
  /** Channels that come out. */
  readonly channels: number;
  readonly groups: number;
  readonly epsilon: number;
  /** [batch, T], the embedded step after its activation; null in the autoencoder. */
  readonly time: Tensor | null;
}

/**
 * Takes the parameters of `<name>`, with a 1 × 1 convolution in the shortcut where the number of channels changes.
 *
 * @param x [batch, C, H, W]
 * @returns [batch, channels, H, W]
 */
export function residualBlock(
  x: Tensor,
  parameters: Parameters,
  name: string,
  { channels, groups, epsilon, time }: ResidualBlockOptions,
): Tensor {
  const inputs = x.shape[1] as number;
  const norm = (which: string, width: number) =>
    takeGroupNorm(parameters, `${name}.${which}`, { channels: width, groups, epsilon });
  const convolution = (which: string, from: number, kernel: number) =>
    takeConvolution(parameters, `${name}.${which}`, { inputs: from, outputs: channels, kernel });
  const first = convolve(silu(normalizeGroups(x, norm('norm1', inputs))), convolution('conv1', inputs, 3));
  const timed = time === null ? first : add(first, perChannel(time, parameters, name, channels));
  const second = convolve(
    silu(normalizeGroups(timed, norm('norm2', channels))),
    convolution('conv2', channels, 3),
  );
  const shortcut = inputs === channels ? x : convolve(x, convolution('conv_shortcut', inputs, 1));
  return add(shortcut, second);
}

/** [batch, T] → [batch, channels, 1, 1]. */
function perChannel(time: Tensor, parameters: Parameters, name: string, channels: number): Tensor {
  const layer = takeLinear(parameters, `${name}.time_emb_proj`, {
    inputs: time.shape[1] as number,
    outputs: channels,
  });
  return reshape(project(time, layer), [time.shape[0]!, channels, 1, 1]);
}
