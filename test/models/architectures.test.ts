/** Architectures and options beside those of the goldens, held against transformers (`test/fixtures/architectures/make.py`). */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readTensors } from '../../src/checkpoints/tensors.js';
import { openEngine, type TensorData } from '../../src/engines/index.js';
import { openModel } from '../../src/models/open-model.js';
import { predict } from '../../src/models/predict.js';

const fixtures = path.resolve('test/fixtures/architectures');
const folders = readdirSync(fixtures, { withFileTypes: true }).filter((entry) => entry.isDirectory());

it.each(folders.map(({ name }) => name))('%s computes what transformers computes', async (name) => {
  const model = await openModel(path.join(fixtures, name));
  const expected = readTensors(path.join(fixtures, name, 'expected.safetensors'));
  const { outputs } = await predict({
    model,
    engine: await openEngine('onnxruntime'),
    inputs: new Map([['pixel_values', expected.get('pixel_values') as TensorData]]),
    reduction: { method: 'none' },
  });
  model.close();
  expected.delete('pixel_values');
  expect(expected.size).toBeGreaterThan(0);
  for (const [output, { data, shape }] of expected) {
    const actual = outputs.get(output);
    expect(actual?.shape, output).toEqual(shape);
    const values = Array.from(data as Float32Array);
    const differences = values.map((value, at) => Math.abs(value - Number(actual!.data[at])));
    expect(Math.max(...differences), output).toBeLessThan(2e-6);
  }
});
