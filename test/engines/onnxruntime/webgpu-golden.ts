/** A program of its own, since a driver is chosen by the environment that a process begins with: runs one golden model, merged, on WebGPU and prints what came out. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readTensors } from '../../../src/checkpoints/tensors.js';
import { openEngine, type TensorData } from '../../../src/engines/index.js';
import { openModel } from '../../../src/models/open-model.js';
import { parseReduction } from '../../../src/reduction/registry.js';

interface Golden {
  readonly tensor: string;
  readonly tolerance: number;
}
interface Case {
  readonly name: string;
  readonly tensors: string;
  readonly inputs: readonly {
    readonly variants: readonly {
      readonly name: string;
      readonly reduction: object;
      readonly outputs: Readonly<Record<string, Golden>>;
    }[];
  }[];
}

const [model = '', variant = ''] = process.argv.slice(2);
const folder = path.resolve('test/fixtures/models');
const { models } = JSON.parse(readFileSync(path.join(folder, 'cases.json'), 'utf8')) as { models: Case[] };
const golden = models.find(({ name }) => name === model)!;
const { reduction, outputs } = golden.inputs[0]!.variants.find(({ name }) => name === variant)!;
const stored = readTensors(path.join(folder, golden.tensors));
const { logits } = outputs;

const engine = await openEngine('onnxruntime');
const opened = await openModel(path.join(folder, model));
const { graph } = opened.buildVision({
  reduction: parseReduction({ method: 'turbo', ...reduction, sizeWeightedPooling: false }),
  outputs: ['logits'],
  formulation: engine.formulation!('webgpu'),
});
const session = await engine.createSession(graph, { threads: 1, device: 'webgpu' });
const results = await session.run({ pixel_values: stored.get('main/pixel_values') as TensorData });
const expected = stored.get(logits!.tensor)!.data;
const differences = [...results.logits!.data].map((value, at) =>
  Math.abs(Number(value) - Number(expected[at])),
);
const { device } = session;
process.stdout.write(
  JSON.stringify({
    ...{ device, placement: session.placement!(), tolerance: logits!.tolerance },
    worst: Math.max(...differences),
  }),
);
process.exit(0);
