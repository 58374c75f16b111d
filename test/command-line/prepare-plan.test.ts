import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { preparePlan } from '../../src/command-line/prepare-plan.js';
import { messageOf } from '../../src/errors/turbo-error.js';

const folder = mkdtempSync(join(tmpdir(), 'turbo-bench-plan-'));
const PARTS = {
  model: './models/emoji-clip',
  task: '{task: classification, dataset: emoji-objects, zeroShot: true}',
  reduction: '{method: turbo, tokensPerLayer: 8}',
  engine: '{name: onnxruntime}',
};

async function complaint(changes: Partial<typeof PARTS>): Promise<string> {
  const { model, task, reduction, engine } = { ...PARTS, ...changes };
  const file = join(folder, 'wrong.yaml');
  writeFileSync(
    file,
    `name: wrong\nmodels: [${model}]\ntasks:\n  - ${task}\nreduction:\n  - ${reduction}\nengine: ${engine}\nlimit: 4\n`,
  );
  try {
    await preparePlan(file, {}, () => undefined);
  } catch (thrown) {
    return messageOf(thrown);
  }
  throw new Error('nothing was wrong');
}

describe('a complaint that arises when an experiment is made ready tells line, column and path of', () => {
  it.each<[string, Partial<typeof PARTS>, string, string]>([
    ['an engine', { engine: '{name: onnx}' }, '7:16  engine.name', 'did you mean onnxruntime?'],
    ['a device', { engine: '{device: webgpuu}' }, '7:18  engine.device', 'did you mean webgpu?'],
    ['a device number', { engine: '{deviceId: 3}' }, '7:20  engine.deviceId', 'with cuda and directml'],
    [
      'a precision that the device lacks',
      { engine: '{precision: float16}' },
      '7:21  engine.precision',
      'int8-dynamic',
    ],
    ['threads', { engine: '{name: tfjs, threads: 4}' }, '7:31  engine.threads', 'up to 1'],
    ['a model', { model: './models/emoji-clop' }, '2:10  models[0]', 'did you mean ./models/emoji-clip?'],
    [
      'a dataset',
      { task: '{task: classification, dataset: emoji-object, zeroShot: true}' },
      '4:37  tasks[0].dataset',
      'did you mean emoji-objects?',
    ],
    [
      'a file of prompts',
      { task: '{task: text-to-image, prompts: ./none.txt}' },
      '4:36  tasks[0].prompts, ./none.txt',
      '.txt',
    ],
    ['a reduction', { reduction: '{method: turbo, ratio: 0.5}' }, '6:5  reduction[0]', 'tokensPerLayer'],
  ])('%s', async (_, changes, place, hint) => {
    const message = await complaint(changes);
    expect(message).toContain(`wrong.yaml:${place}`);
    expect(message).toContain(hint);
  });
});
