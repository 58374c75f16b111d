/** Runs single parts of a pipeline on given tensors: how they are held against PyTorch. */
import {
  type Engine,
  type Session,
  type SessionOptions,
  type TensorData,
  tensorData,
} from '../../engines/index.js';
import type { Graph } from '../../graph/tensor.js';
import type { DiffusionReducer } from '../../reduction/diffusion/block-plan.js';
import { diffusionMerging } from '../../reduction/diffusion/diffusion-merging.js';
import type { DiffusionMerging } from '../../reduction/diffusion/method.js';
import { ratioByStep } from '../../reduction/diffusion/ratio-schedule.js';
import { refuseEmpty, wrongInput } from '../predict-inputs.js';
import { type NetworkName, partInputs } from './part-inputs.js';
import type { Pipeline } from './pipeline.js';
import { reducerFeeds } from './reducer-feeds.js';

export interface PartRunnerOptions {
  readonly engine: Engine;
  readonly session: SessionOptions;
  /** Layers at the end of the text encoder that are passed over; default 0. */
  readonly clipSkip?: number | undefined;
  /** Merges tokens in the U-Net, as in the first step of a run; null or left out for none. */
  readonly merging?: DiffusionMerging | null;
  /** Also returns what was merged, and where to. */
  readonly trace?: boolean;
}

export interface PartRunner {
  /**
   * Runs the one part whose inputs are given. A size that is met for the first time makes a new session.
   *
   * @param inputs `sample` [B, 4, h, w], `timestep` (one number, or [B]), `encoder_hidden_states` [B, T, C] and, where the semantic value comes from
   * cross-attention, `prompt_content` [B, T] of the U-Net; `pixel_values` or
   * `init_image` [B, 3, H, W], or `latents` [B, 4, h, w], of the autoencoder; `input_ids` [B, T] int64 of the text encoder
   * @returns `out_sample`, with `trace` also `block<i>.source`, `block<i>.destination` and `block<i>.semantic`; `mean` and `logvar`; `images`; `last_hidden_state` and `pooler_output`
   */
  run(inputs: ReadonlyMap<string, TensorData>): Promise<Record<string, TensorData>>;
  /** Frees the sessions; the pipeline stays open. */
  release(): Promise<void>;
}

export function partRunner(pipeline: Pipeline, options: PartRunnerOptions): PartRunner {
  const { engine, session } = options;
  const sessions = new Map<string, Promise<Session>>();
  return {
    async run(inputs) {
      const { network, tensors } = partInputs(inputs);
      refuseEmpty(inputs);
      const { feeds, graph } = await prepare[network](pipeline, tensors, options);
      const shapes = Object.values(feeds).map(({ shape }) => shape.slice(1).join('×'));
      const key = [network, ...shapes].join(' ');
      const made = sessions.get(key) ?? engine.createSession(graph(), session);
      sessions.set(key, made);
      made.catch(() => sessions.delete(key));
      return (await made).run(feeds);
    },
    async release() {
      for (const session of sessions.values()) await (await session).release();
      sessions.clear();
    },
  };
}

type Tensors = Readonly<Record<string, TensorData>>;

interface Prepared {
  readonly feeds: Tensors;
  /** Builds the graph for their sizes. */
  graph(): Graph;
}

/** Checks the inputs of each network against its config. @throws TurboError for one of another dtype or shape */
const prepare: Readonly<
  Record<NetworkName, (pipeline: Pipeline, tensors: Tensors, options: PartRunnerOptions) => Promise<Prepared>>
> = {
  async unet(pipeline, tensors, { merging = null, trace = false }) {
    const { sample, timestep, encoder_hidden_states: states, prompt_content: content } = tensors;
    const unet = await pipeline.unet();
    const { in_channels: channels, cross_attention_dim: textWidth } = unet.config;
    const [batch, , height, width] = floatsOf('sample', sample!, ['batch', channels, 'height', 'width']);
    const [, textLength] = floatsOf('encoder_hidden_states', states!, [batch!, 'tokens', textWidth]);
    const size = { height: height!, width: width!, textLength: textLength! };
    const reducer = reducerOf(merging, size.textLength);
    const graph = unet.graph({ ...size, reducer, ...(trace ? { trace: 'decisions' as const } : {}) });
    if (content !== undefined) floatsOf('prompt_content', content, [batch!, textLength!]);
    return {
      feeds: {
        ...{ sample: sample!, timestep: stepOfEach(timestep!, batch!), encoder_hidden_states: states! },
        ...reducerFeeds(reducer, 0, { content }),
      },
      graph: () => graph,
    };
  },
  async 'vae encoder'(pipeline, { pixel_values: pixels }) {
    const vae = await pipeline.vae();
    const pattern = ['batch', vae.config.in_channels, 'height', 'width'];
    const [, , height, width] = floatsOf('pixel_values', pixels!, pattern);
    return {
      feeds: { pixel_values: pixels! },
      graph: () => vae.encoderGraph({ height: height!, width: width! }),
    };
  },
  async 'vae decoder'(pipeline, { latents }) {
    const vae = await pipeline.vae();
    const pattern = ['batch', vae.config.latent_channels, 'height', 'width'];
    const [, , height, width] = floatsOf('latents', latents!, pattern);
    return {
      feeds: { latents: latents! },
      graph: () => vae.decoderGraph({ height: height!, width: width! }),
    };
  },
  async 'text encoder'(pipeline, { input_ids: ids }, { clipSkip = 0 }) {
    const encoder = await pipeline.textEncoder();
    if (ids!.dtype !== 'int64' || ids!.shape.length !== 2)
      throw wrongInput('input_ids', ids!, 'int64 [batch, tokens]');
    const sequenceLength = ids!.shape[1]!;
    return { feeds: { input_ids: ids! }, graph: () => encoder.graph({ sequenceLength, clipSkip }) };
  },
};

/** The first step of a run that has no other. */
function reducerOf(merging: DiffusionMerging | null, textLength: number): DiffusionReducer | null {
  if (merging === null) return null;
  const [ratio] = ratioByStep(merging, 1);
  return diffusionMerging({ ...merging, ratio: ratio! }, { textLength });
}

/** The sides of a float32 tensor; a name in the pattern stands for any size above 0. */
function floatsOf(
  name: string,
  tensor: TensorData,
  pattern: readonly (number | string)[],
): readonly number[] {
  const { dtype, shape } = tensor;
  const fits = pattern.every((side, axis) =>
    typeof side === 'string' ? shape[axis]! > 0 : side === shape[axis],
  );
  if (dtype !== 'float32' || shape.length !== pattern.length || !fits)
    throw wrongInput(name, tensor, `float32 [${pattern.join(', ')}]`);
  return shape;
}

/** One step for every sample, [batch] float32, from one number of any type or from one for each. */
function stepOfEach(timestep: TensorData, batch: number): TensorData {
  const { data, shape, dtype } = timestep;
  const isNumber = ['float32', 'int64', 'int32'].includes(dtype);
  if (!isNumber || shape.length > 1 || (data.length !== 1 && data.length !== batch))
    throw wrongInput('timestep', timestep, `float32, int64 or int32, [] or [${batch}]`);
  const steps = Float32Array.from({ length: batch }, (_, at) => Number(data[data.length === 1 ? 0 : at]));
  return tensorData(steps, [batch]);
}
