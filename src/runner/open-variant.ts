/** A variant of a model, opened to be run: its image encoder, and what a task does behind it. */
import type { Engine } from '../engines/index.js';
import { BASELINE, type ReductionChoice } from '../experiment/expand.js';
import type { Model } from '../models/model.js';
import { TOKEN_SIZES } from '../models/network.js';
import type { Precision } from '../precision/precision.js';
import type { Ranges } from '../precision/ranges.js';
import { crossModalOf } from '../reduction/cross-modal.js';
import type { ReductionSpec } from '../reduction/registry.js';
import { textMergingOf } from '../reduction/text-merging.js';
import type { PreparedTask } from '../tasks/task.js';
import type { TrialVariant } from './run-trial.js';
import { sessionOptionsOf } from './session-options.js';
import type { WorkerSetup } from './worker-messages.js';

export interface OpenVariant extends TrialVariant {
  /** Sum that the sizes of every image's tokens must have; null where the method drops tokens or the model does not tell. */
  readonly tokenMass: number | null;
}

/** What a variant is, with what its precision needs to know. */
export interface VariantChoice {
  readonly reduction: ReductionChoice;
  readonly precision: Precision;
  /** Known for int8-static alone. */
  readonly ranges: Ranges | undefined;
}

/** What is opened of a task: the outputs that it reads, and what it runs behind them. */
export type ReadByTask = Pick<PreparedTask, 'outputs' | 'openTextSide'>;

/** A model and the engine that its variants run on, as a worker was set up. */
export interface ModelOnEngine {
  readonly model: Model;
  readonly engine: Engine;
  readonly setup: WorkerSetup;
}

export async function openVariant(
  { model, engine, setup }: ModelOnEngine,
  { reduction, precision, ranges }: VariantChoice,
  { outputs, openTextSide }: ReadByTask,
): Promise<OpenVariant> {
  const reduces = reduction.method !== BASELINE && model.visionOutputs.includes(TOKEN_SIZES);
  const { graph, reducer, tokensAfterBlock } = model.buildVision({
    reduction: reduction as ReductionSpec,
    outputs: reduces ? [...outputs, TOKEN_SIZES] : outputs,
    skipUnreadRows: setup.engine.skipUnreadRows,
    formulation: engine.formulation?.(setup.engine.device),
  });
  const encoder = await engine.createSession(graph, { ...sessionOptionsOf(setup.engine), precision, ranges });
  const textSide = await openTextSide?.({
    imageTokens: tokensAfterBlock.at(-1) ?? model.encoder.tokenCount,
    crossModal: crossModalOf(reduction),
    textMerging: textMergingOf(reduction),
  });
  return {
    encoder,
    textSide: textSide ?? null,
    tokenMass: reduces && reducer.conservesTokenMass ? model.encoder.tokenCount : null,
  };
}

export async function releaseVariant(variant: OpenVariant | undefined): Promise<void> {
  await variant?.encoder.release();
  await variant?.textSide?.release();
}
