/** The library's way in: a Stable Diffusion pipeline on an engine, its parts ready to run many times. */
import { openEngine, type SessionOptions, type TensorData } from '../../engines/index.js';
import type { ModelOptions } from '../model-reference.js';
import type { OpenModelSettings } from '../open-model.js';
import { inspectPipeline, type PipelineDescription } from './inspect-pipeline.js';
import { openPipeline } from './open-pipeline.js';
import { partRunner } from './part-runner.js';
import type { PartName } from './pipeline-folder.js';

export interface LoadPipelineOptions {
  /** Default `onnxruntime`. */
  readonly engine?: string;
  /** Threads that one operator may use; default 1. */
  readonly threads?: number;
  /** Layers at the end of the text encoder that are passed over; default 0. */
  readonly clipSkip?: number;
  readonly session?: Partial<SessionOptions>;
  /** Where a hub id is looked up. */
  readonly hub?: OpenModelSettings;
}

export interface LoadedPipeline {
  /** The parts that are there. */
  readonly parts: readonly PartName[];
  /** Tokens, FLOPs and parameters, level by level. */
  describe(): Promise<PipelineDescription>;
  /** Runs the one part whose inputs are given; see `turbo-bench predict` for their names. */
  run(inputs: Readonly<Record<string, TensorData>>): Promise<Record<string, TensorData>>;
  /** Frees sessions and files. */
  close(): Promise<void>;
}

/**
 * Loads a pipeline; the weights of a part are opened when it runs for the first time.
 *
 * @param reference a folder of diffusers, one of its sub-folders, `random:<preset>`, or an object
 */
export async function loadPipeline(
  reference: string | ModelOptions,
  options: LoadPipelineOptions = {},
): Promise<LoadedPipeline> {
  const engine = await openEngine(options.engine ?? 'onnxruntime');
  const pipeline = await openPipeline(reference, options.hub);
  const session = { threads: options.threads ?? 1, ...options.session };
  const runner = partRunner(pipeline, { engine, session, clipSkip: options.clipSkip });
  return {
    parts: pipeline.parts,
    describe: () => inspectPipeline(pipeline),
    run: (inputs) => runner.run(new Map(Object.entries(inputs))),
    async close() {
      await runner.release();
      pipeline.close();
    },
  };
}
