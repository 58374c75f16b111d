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

/** What is said against an experiment that cannot be run. */
async function complaint(changes: Partial<typeof PARTS>): Promise<string> {
  const message = await complaintOrNothing(changes);
  if (message === '') throw new Error('nothing was wrong');
  return message;
}

async function complaintOrNothing(changes: Partial<typeof PARTS>): Promise<string> {
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
  return '';
}

const CLIP = './models/emoji-clip';
const CAPTIONS = './models/emoji-blip-captioning';
const ANSWERS = './models/emoji-blip-vqa';
const scenes = (task: string): string => `{task: ${task}, dataset: emoji-scenes}`;
const ABOUT_CLIP = 'the model emoji-clip';

describe('what cannot be done is refused before anything runs:', () => {
  it.each<[string, Partial<typeof PARTS>, string, string]>([
    [
      'classification without classes',
      { task: scenes('classification') },
      'tasks[0].dataset',
      'image-text samples',
    ],
    [
      'classification by a head that there is not',
      { task: '{task: classification, dataset: emoji-objects, zeroShot: false}' },
      `tasks[0], ${ABOUT_CLIP}`,
      'no classification head',
    ],
    [
      'classification by templates that there are not',
      { task: '{task: classification, dataset: emoji-objects, zeroShot: {templates: none.txt}}' },
      'tasks[0].zeroShot.templates',
      'Cannot read the prompt templates',
    ],
    [
      'retrieval without captions',
      { task: '{task: retrieval, dataset: emoji-objects}' },
      'tasks[0].dataset',
      'classification samples',
    ],
    [
      'retrieval by a model without text',
      { model: CAPTIONS, task: scenes('retrieval') },
      'tasks[0], the model emoji-blip-captioning',
      'no text tower',
    ],
    [
      'matching by a model that does not match',
      { task: '{task: retrieval, dataset: emoji-scenes, rerank: 5}' },
      `tasks[0], ${ABOUT_CLIP}`,
      'cannot do the task retrieval with rerank',
    ],
    [
      'captioning by a model that does not write',
      { task: scenes('captioning') },
      `tasks[0], ${ABOUT_CLIP}`,
      'the task captioning',
    ],
    [
      'answers by a model that gives none',
      { task: '{task: vqa, dataset: emoji-vqa}' },
      `tasks[0], ${ABOUT_CLIP}`,
      'the task vqa',
    ],
    [
      'pairs by a model that reads none',
      { task: '{task: nlvr2, dataset: emoji-nlvr}' },
      `tasks[0], ${ABOUT_CLIP}`,
      'the task nlvr2',
    ],
    [
      'agreement of a model that reads no text with the image',
      { task: scenes('agreement') },
      `tasks[0], ${ABOUT_CLIP}`,
      'read text and image together',
    ],
    [
      'agreement of tokens that are dropped',
      { model: CAPTIONS, task: scenes('agreement'), reduction: '{method: pruning, tokensPerLayer: 2}' },
      'reduction[0].method',
      'this method drops them',
    ],
    [
      'semantic validity of a layer that there is not',
      { task: '{task: semantic-validity, dataset: emoji-objects, layers: [9]}' },
      `tasks[0], ${ABOUT_CLIP}`,
      'allowed: 0 to 5',
    ],
    [
      'semantic validity of random weights',
      {
        model: '{preset: vit-ti16, weights: random}',
        task: '{task: semantic-validity, dataset: emoji-objects}',
      },
      'tasks[0], the model',
      'Random weights mean nothing',
    ],
    [
      'a caption whose prompt fills it',
      { model: CAPTIONS, task: '{task: captioning, dataset: emoji-scenes, generate: {maxLength: 4}}' },
      'tasks[0], the model emoji-blip-captioning',
      'The prompt leaves no room',
    ],
    [
      'a caption longer than the model has positions',
      {
        model: CAPTIONS,
        task: '{task: captioning, dataset: emoji-scenes, generate: {numBeams: 1, maxLength: 60, minLength: 50}}',
      },
      'tasks[0], the model emoji-blip-captioning',
      'maxLength up to 40',
    ],
    [
      'an answer longer than the model has positions',
      { model: ANSWERS, task: '{task: vqa, dataset: emoji-vqa, generate: {maxLength: 41}}' },
      'tasks[0], the model emoji-blip-vqa',
      'maxLength up to 40',
    ],
    [
      'pictures judged by a model without CLIP',
      {
        model: './models/emoji-diffusion',
        task: `{task: text-to-image, prompts: emoji-prompts, pictures: 2, steps: 2, scoreWith: ${ANSWERS}}`,
        reduction: '{method: turbo, ratio: 0.5}',
      },
      'tasks[0].scoreWith',
      'cannot be judged by this model',
    ],
    [
      'layers that the model does not have',
      { reduction: '{method: turbo, tokensPerLayer: 8, layers: {from: 9}}' },
      `reduction[0], ${ABOUT_CLIP}`,
      '≤ 5',
    ],
    [
      'a schedule longer than the model is deep',
      { reduction: '{method: turbo, tokensPerLayer: [[1, 1, 1, 1, 1, 1, 1, 1]]}' },
      `reduction[0], ${ABOUT_CLIP}`,
      'at most 6 numbers',
    ],
    [
      'threads that share a core',
      { engine: '{threads: [1, 1000]}' },
      'engine.threads',
      'the cores that this process may use',
    ],
  ])('%s', async (_, changes, place, hint) => {
    const message = await complaint(changes);
    expect(message).toContain(`  ${place}`);
    expect(message).toMatch(/where: .*wrong\.yaml:\d+:\d+/);
    expect(message).toContain(hint);
  });

  it('a task of the one model that cannot do it, not of the other', async () => {
    const message = await complaint({ model: `${CAPTIONS}, ${CLIP}`, task: scenes('captioning') });
    expect(message).toContain(ABOUT_CLIP);
    expect(
      await complaintOrNothing({
        model: CAPTIONS,
        task: scenes('captioning'),
        reduction: '{method: turbo, tokensPerLayer: 2}',
      }),
    ).toBe('');
  });
});

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
