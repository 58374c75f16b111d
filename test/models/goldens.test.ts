/** Every run of `test/fixtures/models/cases.json` (Hugging Face's networks in float64) on every engine, within its tolerance. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTensors, type Tensor as StoredTensor } from '../../src/checkpoints/tensors.js';
import type { Engine, TensorData } from '../../src/engines/index.js';
import type { Model } from '../../src/models/model.js';
import { openModel } from '../../src/models/open-model.js';
import { predict } from '../../src/models/predict.js';
import { parseReduction, type ReductionSpec } from '../../src/reduction/registry.js';
import { goldenEngines, openOnDevice } from '../engines/engines-under-test.js';

interface Golden {
  readonly tensor: string;
  readonly shape: readonly number[];
  readonly tolerance: number;
}
interface Variant {
  readonly name: string;
  readonly reduction: Record<string, unknown> | null;
  readonly tokensAfterBlock: readonly number[];
  readonly outputs: Readonly<Record<string, Golden>>;
  readonly blocks?: readonly Readonly<Record<string, Golden>>[];
}
interface Case {
  readonly folder: string;
  readonly architecture: string;
  readonly tensors: string;
  readonly inputs: readonly {
    readonly name: string;
    readonly tensors: Readonly<Record<string, Golden>>;
    readonly variants: readonly Variant[];
  }[];
}

const folder = path.resolve('test/fixtures/models');
const { models } = JSON.parse(readFileSync(path.join(folder, 'cases.json'), 'utf8')) as {
  models: readonly Case[];
};

/** The traces have no tolerance of their own; the outputs' widest one is 2·10⁻⁴. */
const tolerances: Readonly<Record<string, number>> = {
  hidden: 2e-4,
  size: 0,
  semantic: 2e-5,
  sourceToOutput: 0,
};

function reductionOf({ reduction }: Variant, sizeWeightedPooling: boolean): ReductionSpec {
  if (reduction === null) return { method: 'none' };
  return parseReduction({ method: 'turbo', ...reduction, sizeWeightedPooling });
}

function expectClose(name: string, actual: TensorData, stored: StoredTensor, tolerance: number): void {
  expect(actual.shape, `shape of ${name}`).toEqual(stored.shape);
  let worst = 0;
  for (let i = 0; i < stored.data.length; i++) {
    const difference = Math.abs(Number(actual.data[i]) - Number(stored.data[i]));
    if (!(difference <= worst)) worst = difference;
  }
  expect(worst, `largest difference of ${name}`).toBeLessThanOrEqual(tolerance);
}

const runsOf = models.flatMap((golden) =>
  goldenEngines.map((under) => ({ ...golden, ...under, golden, under })),
);

describe.each(runsOf)('$folder on $engine, $device', ({ golden, under }) => {
  const stored = readTensors(path.join(folder, golden.tensors));
  let engine: Engine;
  let model: Model;
  beforeAll(async () => {
    engine = await openOnDevice(under);
    model = await openModel(path.join(folder, golden.folder));
  });
  afterAll(() => model.close());

  it('is recognised as its architecture', () => {
    expect(model.architecture).toBe(golden.architecture);
  });

  const runs = golden.inputs.flatMap(({ name, tensors, variants }) =>
    variants.map((variant) => ({ run: `${name} ${variant.name}`, tensors, variant })),
  );
  it.each(runs)('$run', async ({ tensors, variant }) => {
    const inputs = new Map(
      Object.entries(tensors).map(([name, { tensor }]) => [name, stored.get(tensor) as TensorData]),
    );
    if (!inputs.has('input_ids') && model.textOutputs.length > 0) {
      inputs.set('input_ids', stored.get('main/input_ids') as TensorData);
    }
    const names = Object.keys(variant.outputs);
    const predictWith = (sizeWeightedPooling: boolean, trace: boolean) =>
      predict({
        model,
        engine,
        inputs,
        reduction: reductionOf(variant, sizeWeightedPooling),
        trace,
        threads: 1,
      });
    const plain = await predictWith(false, variant.blocks !== undefined);
    for (const name of names.filter((candidate) => !candidate.endsWith('_size_weighted'))) {
      const { tensor, tolerance } = variant.outputs[name]!;
      const actual = plain.outputs.get(name === 'size' ? 'token_sizes' : name);
      expect(actual, `${name} among ${[...plain.outputs.keys()].join(', ')}`).toBeDefined();
      expectClose(name, actual!, stored.get(tensor)!, tolerance);
    }
    expect(plain.tokensAfterBlock).toEqual(variant.tokensAfterBlock);
    variant.blocks?.forEach((block, layer) => {
      for (const [name, { tensor }] of Object.entries(block)) {
        const actual = plain.outputs.get(`block.${layer}.${name}`);
        expect(actual, `block.${layer}.${name}`).toBeDefined();
        expectClose(`block ${layer} ${name}`, actual!, stored.get(tensor)!, tolerances[name]!);
      }
    });
    const weighted = names.filter((name) => name.endsWith('_size_weighted'));
    if (weighted.length === 0) return;
    const { outputs } = await predictWith(true, false);
    for (const name of weighted) {
      const { tensor, tolerance } = variant.outputs[name]!;
      expectClose(name, outputs.get(name.replace('_size_weighted', ''))!, stored.get(tensor)!, tolerance);
    }
  });
});
