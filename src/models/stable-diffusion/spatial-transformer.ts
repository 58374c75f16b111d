/**
 * Transformer blocks inside a convolutional network: pixels become tokens and pixels again, beside a shortcut.
 *
 * Source: `models/transformers/transformer_2d.py` of diffusers. Stable Diffusion 1.x projects by 1 × 1 convolutions before the pixels become
 * tokens, 2.x by linear layers after it.
 */
import { add, reshape, transpose, withScope } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import { convolve, takeConvolution } from '../blocks/convolution.js';
import { normalizeGroups, takeGroupNorm } from '../blocks/group-norm.js';
import { project, takeLinear } from '../blocks/linear.js';
import type { Parameters } from '../parameters.js';
import { type TransformerBlockContext, takeTransformerBlock, transformerBlock } from './transformer-block.js';

/** Of the norm at the entrance, unlike the network's other group norms. */
const epsilon = 1e-6;

export interface SpatialTransformerOptions
  extends Pick<TransformerBlockContext, 'level' | 'heads' | 'latentTokens' | 'text' | 'reducer'> {
  readonly blocks: number;
  /** Number of the first block among all transformer blocks of the network. */
  readonly firstIndex: number;
  readonly groups: number;
  readonly linearProjection: boolean;
}

/**
 * Takes the parameters of `<name>`, such as `down_blocks.0.attentions.0`.
 *
 * @param x [batch, C, H, W]
 * @returns [batch, C, H, W]
 */
export function spatialTransformer(
  x: Tensor,
  parameters: Parameters,
  name: string,
  options: SpatialTransformerOptions,
): Tensor {
  const { blocks, firstIndex, groups, linearProjection, text, ...context } = options;
  const [, width, rows, columns] = x.shape as [unknown, number, number, number];
  const norm = takeGroupNorm(parameters, `${name}.norm`, { channels: width, groups, epsilon });
  const side = { inputs: width, outputs: width };
  const pixelsOf = (tokens: Tensor) => reshape(transpose(tokens, [0, 2, 1]), x.shape);

  let tokens = withScope('projection', () => {
    const normed = normalizeGroups(x, norm);
    return linearProjection
      ? project(tokensOf(normed), takeLinear(parameters, `${name}.proj_in`, side))
      : tokensOf(convolve(normed, takeConvolution(parameters, `${name}.proj_in`, { ...side, kernel: 1 })));
  });
  for (let at = 0; at < blocks; at++) {
    const block = takeTransformerBlock(parameters, `${name}.transformer_blocks.${at}`, {
      width,
      textWidth: text.shape[2] as number,
    });
    tokens = transformerBlock(tokens, block, { ...context, index: firstIndex + at, rows, columns, text });
  }
  return withScope('projection', () => {
    const update = linearProjection
      ? pixelsOf(project(tokens, takeLinear(parameters, `${name}.proj_out`, side)))
      : convolve(pixelsOf(tokens), takeConvolution(parameters, `${name}.proj_out`, { ...side, kernel: 1 }));
    return add(update, x);
  });
}

/** [batch, C, H, W] → [batch, H · W, C], row by row. */
function tokensOf(pixels: Tensor): Tensor {
  const [batch, width, rows, columns] = pixels.shape;
  return transpose(reshape(pixels, [batch!, width!, (rows as number) * (columns as number)]), [0, 2, 1]);
}
