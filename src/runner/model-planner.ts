/** What a plan asks of a model, whatever it is: what a trial computes, how long it takes, what is worth knowing. */
import type { Dataset } from '../datasets/dataset.js';
import type { ReductionChoice } from '../experiment/expand.js';
import type { TrialMeasure } from '../experiment/measure-options.js';
import type { Precision } from '../precision/precision.js';
import type { TaskOptions } from '../tasks/options.js';
import type { Estimate } from './estimate.js';

/** What one variant computes in one task. */
export interface TrialCost {
  /** After every block of an image encoder; empty for a pipeline. */
  readonly tokens: readonly number[];
  /** Of one sample. */
  readonly flops: number;
  /** Of the network that is reduced, as its graph takes the weights. */
  readonly weightBytes: number;
  /** Things worth knowing that make no trial invalid, such as an r that was clipped. */
  readonly notes: readonly string[];
}

export interface EstimateSetting {
  readonly measure: TrialMeasure;
  readonly threads: number;
  readonly samples: number;
  readonly cost: TrialCost;
  /** Null when the variant is the baseline. */
  readonly baseline: TrialCost | null;
}

export interface ModelPlanner {
  /** sha256 over its weights. */
  readonly digest: string;
  /** @param dataset of the task; null for one without @throws TurboError for a task that would fail when it is made ready */
  requireDoable(task: TaskOptions, dataset: Dataset | null): Promise<void>;
  /** @throws TurboError for a reduction that does not fit the model */
  cost(task: TaskOptions, reduction: ReductionChoice, precision: Precision): Promise<TrialCost>;
  /** Of what else decides about results of the task, beside weights and data; empty for nothing. */
  taskDigest(task: TaskOptions): Promise<string>;
  estimate(setting: EstimateSetting): Estimate;
  close(): void;
}
