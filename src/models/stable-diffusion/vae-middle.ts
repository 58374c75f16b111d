/**
 * The middle of the autoencoder's encoder and decoder: attention with one head between two residual blocks.
 *
 * Source: `UNetMidBlock2D` in `unets/unet_2d_blocks.py` of diffusers. Its attention has biases, unlike the U-Net's, and two sets of names:
 * `to_q`, `to_k`, `to_v`, `to_out.0`, and in older checkpoints `query`, `key`, `value`, `proj_attn`.
 */
import { add, reshape, transpose, withScope } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import { attend, defaultSizeBias } from '../blocks/attention.js';
import { normalizeGroups, takeGroupNorm } from '../blocks/group-norm.js';
import { project, takeLinear } from '../blocks/linear.js';
import type { HasParameter, Parameters } from '../parameters.js';
import { residualBlock } from './residual-block.js';

export interface VaeBlockOptions {
  readonly channels: number;
  readonly groups: number;
  readonly epsilon: number;
  readonly time: null;
}

/**
 * Takes the parameters of `<name>.mid_block`.
 *
 * @param x [batch, C, H, W]
 * @returns [batch, C, H, W]
 */
export function vaeMiddle(x: Tensor, parameters: Parameters, name: string, options: VaeBlockOptions): Tensor {
  return withScope('middle', () => {
    const block = `${name}.mid_block`;
    const first = withScope('residual 0', () => residualBlock(x, parameters, `${block}.resnets.0`, options));
    const mixed = withScope('attention', () =>
      pixelAttention(first, parameters, `${block}.attentions.0`, options),
    );
    return withScope('residual 1', () => residualBlock(mixed, parameters, `${block}.resnets.1`, options));
  });
}

function pixelAttention(
  x: Tensor,
  parameters: Parameters,
  name: string,
  { groups, epsilon }: VaeBlockOptions,
): Tensor {
  const [batch, width, rows, columns] = x.shape as [Tensor['shape'][number], number, number, number];
  const layer = (which: string) =>
    takeLinear(parameters, `${name}.${which}`, { inputs: width, outputs: width });
  const normed = normalizeGroups(
    x,
    takeGroupNorm(parameters, `${name}.group_norm`, { channels: width, groups, epsilon }),
  );
  const tokens = transpose(reshape(normed, [batch, width, rows * columns]), [0, 2, 1]);
  const { context } = attend({
    queries: project(tokens, layer('to_q')),
    keys: project(tokens, layer('to_k')),
    values: project(tokens, layer('to_v')),
    heads: 1,
    sizes: null,
    mask: null,
    materialize: false,
    sizeBias: defaultSizeBias,
  });
  const update = transpose(project(context, layer('to_out.0')), [0, 2, 1]);
  return add(reshape(update, x.shape), x);
}

const olderName: Readonly<Record<string, string>> = {
  to_q: 'query',
  to_k: 'key',
  to_v: 'value',
  'to_out.0': 'proj_attn',
};
const attentionLayer = /(mid_block\.attentions\.0)\.(to_q|to_k|to_v|to_out\.0)\./;

/** Takes by the newer names what a checkpoint holds under the older ones. */
export function underVaeNames(parameters: Parameters, has: HasParameter): Parameters {
  const attention = 'encoder.mid_block.attentions.0';
  if (has(`${attention}.to_q.weight`) || !has(`${attention}.query.weight`)) return parameters;
  const named = (name: string): string =>
    name.replace(attentionLayer, (_, block, layer) => `${block}.${olderName[layer as string]}.`);
  return {
    take: (name, shape) => parameters.take(named(name), shape),
    values: (name, shape) => parameters.values(named(name), shape),
  };
}
