/**
 * The denoising network of Stable Diffusion 1.x and 2.x.
 *
 * Source: Latent Diffusion (arXiv 2112.10752); `UNet2DConditionModel` of diffusers 0.42. Down through the levels, once through the middle, and up
 * again with the outputs of the way down joined in. A level is a resolution, 0 the finest; every node is in the scope of its level.
 */
import { BATCH, concat, graph, input, silu, withScope } from '../../graph/index.js';
import type { Graph, Tensor } from '../../graph/tensor.js';
import type { DiffusionReducer } from '../../reduction/diffusion/block-plan.js';
import { refuseGridsWithoutCells } from '../../reduction/diffusion/merging-blocks.js';
import { convolve, takeConvolution } from '../blocks/convolution.js';
import { normalizeGroups, takeGroupNorm } from '../blocks/group-norm.js';
import type { Parameters } from '../parameters.js';
import { downsample, evenMargin, upsample } from './resampling.js';
import { residualBlock } from './residual-block.js';
import { spatialTransformer } from './spatial-transformer.js';
import { timeEmbedding } from './time-embedding.js';
import type { UNetConfig } from './unet-config.js';

export interface UNetOptions {
  /** Of the latents. */
  readonly height: number;
  readonly width: number;
  /** Tokens of the text; 77 in Stable Diffusion. */
  readonly textLength: number;
  /** Merges tokens in the transformer blocks; null for none. */
  readonly reducer: DiffusionReducer | null;
  /** Also returns what was decided in every block that merges, or its semantic values alone. */
  readonly trace?: 'decisions' | 'semantic';
}

/**
 * Inputs `sample` [batch, in, height, width], `timestep` [batch] and `encoder_hidden_states` [batch, textLength, width of the text], all
 * float32, and what the reducer must be told; output `out_sample` [batch, out, height, width]. With `trace`,
 * for the block i, counted among those in which merging is asked for, also `block<i>.source` and `block<i>.destination` [batch, merged] int64 and `block<i>.semantic` [batch, N].
 */
export function unetGraph(config: UNetConfig, parameters: Parameters, options: UNetOptions): Graph {
  const { height, width, textLength, reducer } = options;
  const { block_out_channels: channels, norm_num_groups: groups, norm_eps: epsilon } = config;
  const sample = input('sample', 'float32', [BATCH, config.in_channels, height, width]);
  const timestep = input('timestep', 'float32', [BATCH]);
  const text = input('encoder_hidden_states', 'float32', [BATCH, textLength, config.cross_attention_dim]);
  const build = levelBuilder(config, parameters, {
    time: timeEmbedding(timestep, config, parameters),
    text,
    latentTokens: height * width,
    reducer,
  });
  const deepest = channels.length - 1;

  const convIn = takeConvolution(parameters, 'conv_in', {
    inputs: config.in_channels,
    outputs: channels[0]!,
    kernel: 3,
  });
  let hidden = withScope('input', () => convolve(sample, convIn));
  const skipped = [hidden];
  channels.forEach((_, level) => {
    const name = `down_blocks.${level}`;
    withScope(`level ${level} / down`, () => {
      for (let at = 0; at < config.layers_per_block; at++) {
        hidden = build.layer(
          hidden,
          name,
          at,
          level,
          config.down_block_types[level] === 'CrossAttnDownBlock2D',
        );
        skipped.push(hidden);
      }
      if (level === deepest) return;
      hidden = withScope('downsampling', () => downsample(hidden, parameters, name, evenMargin));
      skipped.push(hidden);
    });
  });
  hidden = withScope('middle', () => {
    const first = build.layer(hidden, 'mid_block', 0, deepest, true);
    return build.residual(first, 'mid_block', 1, deepest);
  });
  for (let level = deepest; level >= 0; level--) {
    const block = deepest - level;
    const name = `up_blocks.${block}`;
    withScope(`level ${level} / up`, () => {
      for (let at = 0; at <= config.layers_per_block; at++) {
        const joined = concat([hidden, skipped.pop()!], { axis: 1 });
        hidden = build.layer(joined, name, at, level, config.up_block_types[block] === 'CrossAttnUpBlock2D');
      }
      if (level === 0) return;
      const [, , rows, columns] = skipped.at(-1)!.shape as [unknown, unknown, number, number];
      hidden = withScope('upsampling', () =>
        upsample(hidden, parameters, name, { height: rows, width: columns }),
      );
    });
  }
  const norm = takeGroupNorm(parameters, 'conv_norm_out', { channels: channels[0]!, groups, epsilon });
  const convOut = takeConvolution(parameters, 'conv_out', {
    inputs: channels[0]!,
    outputs: config.out_channels,
    kernel: 3,
  });
  const out = withScope('output', () => convolve(silu(normalizeGroups(hidden, norm)), convOut));
  if (reducer !== null) refuseGridsWithoutCells(reducer);
  const traces = options.trace === undefined ? {} : tracesOf(reducer, options.trace);
  return graph('unet', [sample, timestep, text, ...(reducer?.inputs() ?? [])], {
    out_sample: out,
    ...traces,
  });
}

function tracesOf(reducer: DiffusionReducer | null, trace: 'decisions' | 'semantic'): Record<string, Tensor> {
  if (reducer === null) return {};
  const decided = trace === 'semantic' ? [] : reducer.decisions();
  return Object.fromEntries([
    ...decided.flatMap(({ askedBlock, source, destination }) => [
      [`block${askedBlock}.source`, source()] as const,
      [`block${askedBlock}.destination`, destination()] as const,
    ]),
    ...reducer
      .semantics()
      .map(({ askedBlock, semantic }) => [`block${askedBlock}.semantic`, semantic] as const),
  ]);
}

interface Conditions {
  readonly time: Tensor;
  readonly text: Tensor;
  readonly latentTokens: number;
  readonly reducer: DiffusionReducer | null;
}

/** What every level is made of; transformer blocks are counted from the first to the last that is built. */
function levelBuilder(config: UNetConfig, parameters: Parameters, { time, ...conditions }: Conditions) {
  const { norm_num_groups: groups, norm_eps: epsilon, transformer_layers_per_block: blocks } = config;
  let transformerBlocks = 0;
  const residual = (x: Tensor, name: string, at: number, level: number): Tensor =>
    withScope(`residual ${at}`, () =>
      residualBlock(x, parameters, `${name}.resnets.${at}`, {
        channels: config.block_out_channels[level]!,
        groups,
        epsilon,
        time,
      }),
    );
  /** A residual block, and a transformer behind it where the level attends. */
  const layer = (x: Tensor, name: string, at: number, level: number, attends: boolean): Tensor => {
    const mixed = residual(x, name, at, level);
    if (!attends) return mixed;
    const firstIndex = transformerBlocks;
    transformerBlocks += blocks;
    return withScope(`transformer ${at}`, () =>
      spatialTransformer(mixed, parameters, `${name}.attentions.${at}`, {
        ...conditions,
        ...{ blocks, firstIndex, level, groups, heads: config.heads[level]! },
        linearProjection: config.use_linear_projection,
      }),
    );
  };
  return { residual, layer };
}
