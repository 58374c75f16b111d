/** What a plan must know of an encoder of images: tokens, FLOPs and notes of every reduction. */
import type { ReductionChoice } from '../experiment/expand.js';
import { flopsOf } from '../graph/flops.js';
import { parameterCount, weightBytes } from '../graph/parameters.js';
import { featureOutput } from '../models/inspect.js';
import type { Model } from '../models/model.js';
import type { VisionGraph } from '../models/model-graphs.js';
import { countedIn, type Precision } from '../precision/precision.js';
import { clippedLayers } from '../reduction/merging-plan.js';
import type { ReductionSpec } from '../reduction/registry.js';
import { requireFollowable } from '../tasks/agreement.js';
import { requireDoable } from '../tasks/require-doable.js';
import { estimateTrial } from './estimate.js';
import { modelDigest } from './model-digest.js';
import type { ModelPlanner, TrialCost } from './model-planner.js';

/** The cost is that of the image encoder, the same for every task. */
export async function encoderPlanner(model: Model, skipUnreadRows: boolean): Promise<ModelPlanner> {
  const known = new Map<string, TrialCost>();
  const followed = new Set<string>();
  const followOnce = (reduction: ReductionChoice): void => {
    const key = JSON.stringify(reduction);
    if (!followed.has(key)) requireFollowable(traced(model, reduction), reduction.method);
    followed.add(key);
  };
  let parameters: number | undefined;
  return {
    digest: await modelDigest(model),
    requireDoable: (task, dataset) => requireDoable(task, model, dataset),
    async cost(task, reduction, precision) {
      if (task.task === 'agreement') followOnce(reduction);
      const key = JSON.stringify([reduction, precision]);
      const cost = known.get(key) ?? reductionCost(model, reduction, precision, skipUnreadRows);
      known.set(key, cost);
      return cost;
    },
    taskDigest: async () => '',
    estimate({ cost, baseline, ...setting }) {
      parameters ??= parameterCount(
        model.buildVision({ reduction: { method: 'none' }, outputs: [featureOutput(model)] }).graph,
      );
      return estimateTrial({
        ...setting,
        flops: cost.flops,
        baselineFlops: baseline?.flops ?? null,
        parameters,
        encoder: model.encoder,
      });
    },
    close: () => model.close(),
  };
}

function traced(model: Model, reduction: ReductionChoice): VisionGraph {
  return model.buildVision({
    reduction: reduction as ReductionSpec,
    outputs: [featureOutput(model)],
    trace: true,
  });
}

function reductionCost(
  model: Model,
  reduction: ReductionChoice,
  precision: Precision,
  skipUnreadRows: boolean,
): TrialCost {
  const { graph, reducer, tokensAfterBlock } = model.buildVision({
    reduction: reduction as ReductionSpec,
    outputs: [featureOutput(model)],
    skipUnreadRows,
  });
  const clipped = clippedLayers(reducer.plan).filter(
    ({ tokensBefore }) => tokensBefore >= minTokensOf(reduction),
  );
  const notes =
    clipped.length === 0
      ? []
      : [
          `r is larger than the tokens allow: clipped in ${clipped.length} of ${reducer.plan.length} layers (${clipped
            .slice(0, 3)
            .map(({ layer, requested, taken }) => `layer ${layer}: ${requested} → ${taken}`)
            .join(', ')}${clipped.length > 3 ? ', …' : ''})`,
        ];
  const counted = countedIn(graph, precision);
  return {
    tokens: tokensAfterBlock,
    flops: flopsOf(counted, { batch: 1 }).total,
    weightBytes: weightBytes(counted),
    notes,
  };
}

/** Below the threshold nothing is taken on purpose; that is no clipping. */
function minTokensOf(reduction: ReductionChoice): number {
  return typeof reduction.minTokens === 'number' ? reduction.minTokens : 0;
}
