/**
 * The U-Net over a whole denoising run: which graph stands at which call, and what it must be told there.
 *
 * Where the share of merged tokens changes on the way, every share is a graph of its own; all are opened before the first call, so that
 * none is made while the run is timed.
 */
import {
  type Engine,
  type Session,
  type SessionOptions,
  type TensorData,
  tensorData,
} from '../../engines/index.js';
import type { DiffusionReducer } from '../../reduction/diffusion/block-plan.js';
import { type DenoisingRun, graphOfStage, stagesOf } from './denoising-stages.js';
import type { Pipeline } from './pipeline.js';
import { reducerFeeds } from './reducer-feeds.js';

export interface DenoiserOptions extends DenoisingRun {
  readonly pipeline: Pipeline;
  readonly engine: Engine;
  readonly session: SessionOptions;
  /** Is told what every block that merges decided, at every call. */
  readonly onDecisions?: ((call: number, decisions: readonly TracedDecision[]) => void) | undefined;
}

/** What one transformer block merged at one call, for every element of the batch. */
export interface TracedDecision {
  /** Counts all transformer blocks of the network. */
  readonly block: number;
  readonly tokens: number;
  /** [batch, merged] int64: positions that were merged, and where each of them went. */
  readonly source: TensorData;
  readonly destination: TensorData;
  /** [batch, N]; null where the method did not look at it. */
  readonly semantic: TensorData | null;
}

export interface DenoiserCall {
  /** [batch, channels, h, w], scaled as the scheduler wants it. */
  readonly sample: TensorData;
  readonly timestep: number;
  /** [batch, T, C] states of the text. */
  readonly text: TensorData;
  /** [batch, T] 1 where a prompt has content. */
  readonly content: TensorData;
}

export interface Denoiser {
  /** Where its networks really run; where they do not all run there, the other place. */
  readonly device: string;
  /** What the network predicts, [batch, channels, h, w] flat. Calls of a run come in order, from the first one. */
  predict(call: number, input: DenoiserCall): Promise<Float32Array>;
  release(): Promise<void>;
}

export async function openDenoiser(options: DenoiserOptions): Promise<Denoiser> {
  const { engine, firstCall = 0 } = options;
  const run = { ...options, tracesDecisions: options.onDecisions !== undefined };
  const stages = stagesOf(run);
  const unet = await options.pipeline.unet();
  const opened = new Map<string, { readonly session: Session; readonly reducer: DiffusionReducer | null }>();
  for (const stage of stages) {
    if (opened.has(stage.key)) continue;
    const formulation = engine.formulation?.(options.session.device ?? 'cpu');
    const { graph, reducer } = graphOfStage(unet, stage, run, formulation);
    opened.set(stage.key, { session: await engine.createSession(graph, options.session), reducer });
  }
  const devices = [...opened.values()].map(({ session }) => session.device);
  const asked = options.session.device ?? 'cpu';
  let kept: Readonly<Record<string, TensorData>> = {};
  return {
    device: devices.find((device) => device !== asked) ?? asked,
    async predict(call, { sample, timestep, text, content }) {
      const stage = stages[call - firstCall]!;
      const { session, reducer } = opened.get(stage.key)!;
      const batch = sample.shape[0]!;
      const { out_sample: out, ...traced } = await session.run({
        sample,
        timestep: tensorData(new Float32Array(batch).fill(timestep), [batch]),
        encoder_hidden_states: text,
        ...reducerFeeds(reducer, call, { content, kept }),
      });
      if (stage.semantic === 'kept') kept = semanticByInput(traced);
      options.onDecisions?.(call, decisionsOf(reducer, traced));
      return out!.data as Float32Array;
    },
    async release() {
      for (const { session } of opened.values()) await session.release();
    },
  };
}

/** `block<i>.semantic` under the name that a later call takes it by. */
function semanticByInput(traced: Readonly<Record<string, TensorData>>): Record<string, TensorData> {
  return Object.fromEntries(
    Object.entries(traced).flatMap(([name, value]) => {
      const block = /^block(\d+)\.semantic$/.exec(name)?.[1];
      return block === undefined ? [] : [[`semantic.${block}`, value]];
    }),
  );
}

function decisionsOf(
  reducer: DiffusionReducer | null,
  traced: Readonly<Record<string, TensorData>>,
): TracedDecision[] {
  return (reducer?.decisions() ?? []).map(({ block, askedBlock, tokens }) => ({
    block,
    tokens,
    source: traced[`block${askedBlock}.source`]!,
    destination: traced[`block${askedBlock}.destination`]!,
    semantic: traced[`block${askedBlock}.semantic`] ?? null,
  }));
}
