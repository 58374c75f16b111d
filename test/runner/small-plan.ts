import { parseExperiment } from '../../src/experiment/load.js';
import { methods } from '../../src/reduction/registry.js';
import { openTrialModel, openTrialPipeline } from '../../src/runner/open-trial-model.js';
import { type Plan, type PlanTools, planExperiment } from '../../src/runner/plan.js';

export const SMALL_MODEL = 'test/fixtures/models/vit';

/** An experiment on a ViT of 65 tokens and four blocks that needs no data and, unless told otherwise, no engine. */
export function smallExperiment(changes: object = {}): string {
  return JSON.stringify({
    name: 'small',
    models: [`./${SMALL_MODEL}`],
    tasks: [{ task: 'throughput', images: 6 }],
    reduction: [{ method: 'pruning', tokensPerLayer: [2, 4] }],
    measure: { batchSize: 2, minSeconds: 0, minRuns: 5, warmupSeconds: 0 },
    engine: { name: 'fake', threads: 1, sessionOptions: { latencyMs: 1 } },
    ...changes,
  });
}

/** What a worker needs of the engine and of timing, as the plan has it. */
export async function smallSetting(changes: object = {}) {
  const { engine, experiment, trials } = await planSmall(changes);
  const { threads, batchSize } = trials[0]!;
  if (batchSize === 'max') throw new Error('a batch of this size must be looked for');
  const { seed, measure } = experiment;
  return { engine: { ...engine, threads }, measure: { ...measure, batchSize }, seed };
}

export function planSmall(changes: object = {}, only: readonly string[] = []): Promise<Plan> {
  const tools = {
    methods,
    version: '0.0.0',
    engineVersion: '1',
    cores: 2,
    atPlace: async (_, look) => look(),
    openModel: openTrialModel,
    openPipeline: (choice, seed, isExpected) => openTrialPipeline(choice, seed, { isExpected }),
  } satisfies PlanTools;
  return planExperiment(parseExperiment(smallExperiment(changes), 'small.yaml', methods), tools, only);
}
