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
import { diffusionMerging } from '../../reduction/diffusion/diffusion-merging.js';
import type { DiffusionMerging } from '../../reduction/diffusion/method.js';
import { ratioByStep } from '../../reduction/diffusion/ratio-schedule.js';
import type { Pipeline } from './pipeline.js';
import { reducerFeeds } from './reducer-feeds.js';
import type { Size } from './vae.js';

export interface DenoiserOptions {
  readonly pipeline: Pipeline;
  readonly engine: Engine;
  readonly session: SessionOptions;
  readonly latents: Size;
  /** Tokens of the text. */
  readonly textLength: number;
  /** Null where nothing is merged. */
  readonly merging: DiffusionMerging | null;
  /** Calls of the network in a whole run, and the first one that is made (image-to-image begins later). */
  readonly calls: number;
  readonly firstCall?: number;
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
  /** What the network predicts, [batch, channels, h, w] flat. Calls of a run come in order, from the first one. */
  predict(call: number, input: DenoiserCall): Promise<Float32Array>;
  release(): Promise<void>;
}

/** How a call comes to its semantic values: by itself, by itself and kept for later calls, or from an earlier call. */
type SemanticSource = 'own' | 'kept' | 'given';

interface Stage {
  /** 0 where nothing is merged. */
  readonly ratio: number;
  readonly semantic: SemanticSource;
}

export async function openDenoiser(options: DenoiserOptions): Promise<Denoiser> {
  const { engine, latents, textLength, merging } = options;
  const stages = stagesOf(merging, options.calls, options.firstCall ?? 0);
  const unet = await options.pipeline.unet();
  const opened = new Map<string, { readonly session: Session; readonly reducer: DiffusionReducer | null }>();
  for (const { ratio, semantic } of stages) {
    const key = keyOf({ ratio, semantic });
    if (opened.has(key)) continue;
    const reducer =
      merging === null || ratio === 0
        ? null
        : diffusionMerging({ ...merging, ratio }, { textLength, semanticGiven: semantic === 'given' });
    const trace = semantic === 'kept' ? 'semantic' : undefined;
    const graph = unet.graph({ ...latents, textLength, reducer, ...(trace === undefined ? {} : { trace }) });
    opened.set(key, { session: await engine.createSession(graph, options.session), reducer });
  }
  let kept: Readonly<Record<string, TensorData>> = {};
  return {
    async predict(call, { sample, timestep, text, content }) {
      const stage = stages[call - (options.firstCall ?? 0)]!;
      const { session, reducer } = opened.get(keyOf(stage))!;
      const batch = sample.shape[0]!;
      const { out_sample: out, ...traced } = await session.run({
        sample,
        timestep: tensorData(new Float32Array(batch).fill(timestep), [batch]),
        encoder_hidden_states: text,
        ...reducerFeeds(reducer, call, { content, kept }),
      });
      if (stage.semantic === 'kept') kept = semanticByInput(traced);
      return out!.data as Float32Array;
    },
    async release() {
      for (const { session } of opened.values()) await session.release();
    },
  };
}

/** One stage per call from the first one on. */
function stagesOf(merging: DiffusionMerging | null, calls: number, firstCall: number): Stage[] {
  if (merging === null)
    return Array.from({ length: calls - firstCall }, () => ({ ratio: 0, semantic: 'own' }));
  let since = 0;
  return ratioByStep(merging, calls)
    .slice(firstCall)
    .map((ratio): Stage => {
      if (ratio === 0 || merging.semantic !== 'previous-step') return { ratio, semantic: 'own' };
      const refreshes = since % merging.refresh === 0;
      since++;
      return { ratio, semantic: refreshes ? 'kept' : 'given' };
    });
}

function keyOf({ ratio, semantic }: Stage): string {
  return `${ratio} ${semantic}`;
}

/** `block<i>.semantic` under the name that a later call takes it by. */
function semanticByInput(traced: Readonly<Record<string, TensorData>>): Record<string, TensorData> {
  return Object.fromEntries(
    Object.entries(traced).map(([name, value]) => [
      `semantic.${/^block(\d+)\.semantic$/.exec(name)![1]}`,
      value,
    ]),
  );
}
