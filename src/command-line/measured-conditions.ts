/** What held while a plan was run, as a reader of a published table wants to know it. */
import { modelChoice } from '../experiment/model-entry.js';
import type { MeasuredConditions } from '../report/reference/conditions.js';
import type { TrialRow } from '../report/trial-row.js';
import type { Plan } from '../runner/plan.js';
import type { Provenance } from '../runner/provenance.js';

/** @param rows of the run; without any, the device is told as the plan has it */
export function measuredConditions(
  { experiment, engine }: Plan,
  rows: readonly TrialRow[],
  { cpu, limit = null }: Pick<Provenance, 'cpu' | 'limit'>,
  models: ReadonlySet<string>,
): MeasuredConditions {
  const choices = experiment.models.map(modelChoice).filter(({ name }) => models.has(name));
  const sides = choices.flatMap(({ imageSize }) => imageSize ?? []);
  const batchSizes = [...new Set(rows.flatMap(({ batchSize }) => batchSize ?? []))];
  return {
    device: rows[0]?.device ?? engine.device,
    hardware: cpu,
    precision: [engine.precision].flat().join(', '),
    batchSizes: batchSizes.length > 0 ? batchSizes : [experiment.measure.batchSize].flat(),
    imageSizes: [...new Set(sides)],
    randomWeights: choices.every(({ weights }) => weights === 'random'),
    limit,
  };
}
