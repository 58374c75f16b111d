/** `predict` on BLIP: which inputs lead to which outputs, and what is refused. */
import { describe, expect, it } from 'vitest';
import { crossModalFrom, generationFrom } from '../../../src/command-line/model-flags.js';
import { openEngine, type TensorData, tensorData } from '../../../src/engines/index.js';
import { predict } from '../../../src/models/predict.js';
import { parseReduction } from '../../../src/reduction/registry.js';
import { expectClose, int64, openGoldens } from './blip-golden.js';

const engine = await openEngine('onnxruntime');
const { caption, vqa, nlvr, retrieval } = await openGoldens();

const none = parseReduction({ method: 'none' });
const first = ({ data, shape }: TensorData, count: number): TensorData => {
  const width = data.length / shape[0]!;
  return tensorData((data as Float32Array).slice(0, count * width), [count, ...shape.slice(1)]);
};

describe('predict', () => {
  it('gives the logits of a caption and writes one', async () => {
    const { outputs } = await predict({
      model: caption.model,
      engine,
      reduction: none,
      inputs: new Map([
        ['pixel_values', caption.pixels],
        ['input_ids', int64(caption.inputs.get('prefix')!)],
      ]),
    });
    expectClose('logits', outputs.get('logits')!, caption.tensor('logits.none'));
    expect(outputs.has('sequences')).toBe(false);

    const prompt = [126, 15, 18, 19];
    const ids = int64({ shape: [3, 4], data: [...prompt, ...prompt, ...prompt] });
    const written = await predict({
      model: caption.model,
      engine,
      reduction: none,
      generate: generationFrom('{numBeams: 3, maxLength: 20, minLength: 5}'),
      inputs: new Map([
        ['pixel_values', caption.pixels],
        ['decoder_input_ids', ids],
      ]),
    });
    const golden = caption.tensor('generate.none.prompt.beam3.ids');
    expect([...written.outputs.get('sequences')!.data].map(Number)).toEqual([...golden.data].map(Number));
    expect(written.outputs.get('sequences_scores')!.shape).toEqual([3]);
  });

  it('answers questions under a reduction of both modalities', async () => {
    const { outputs } = await predict({
      model: vqa.model,
      engine,
      reduction: parseReduction({ method: 'turbo', tokensPerLayer: 8, alpha: 1 }),
      crossModal: crossModalFrom('{drop: 0.3, maxDrop: 0.5}'),
      generate: generationFrom('{maxLength: 10}'),
      inputs: new Map([
        ['pixel_values', vqa.pixels],
        ['input_ids', int64(vqa.inputs.get('questionIds')!)],
        ['attention_mask', int64(vqa.inputs.get('questionMask')!)],
      ]),
    });
    expect(outputs.get('question_embeds')!.shape).toEqual([3, 15, 32]);
    expect(outputs.get('sequences')!.shape).toEqual([3, 10]);
    expect(outputs.get('token_sizes')!.shape[1]).toBeLessThan(65);
  });

  it('refuses texts that are longer than the model has positions, generated and given', async () => {
    const request = { model: caption.model, engine, reduction: none };
    const inputs = new Map([['pixel_values', caption.pixels]]);
    const long = int64({ shape: [3, 49], data: Array(3 * 49).fill(15) });
    await expect(
      predict({ ...request, inputs, generate: generationFrom('{minLength: 45, maxLength: 49}') }),
    ).rejects.toThrow('maxLength up to 48');
    await expect(
      predict({ ...request, inputs: new Map([...inputs, ['decoder_input_ids', long]]) }),
    ).rejects.toThrow('1 to 48 tokens');
  });

  it('matches texts with images, and judges statements about two', async () => {
    const matched = await predict({
      model: retrieval.model,
      engine,
      reduction: none,
      inputs: new Map([
        ['pixel_values', retrieval.pixels],
        ['input_ids', first(int64(retrieval.inputs.get('textIds')!), 6)],
        ['attention_mask', first(int64(retrieval.inputs.get('textMask')!), 6)],
      ]),
    });
    expect(matched.outputs.get('itm_score')!.shape).toEqual([6, 2]);
    expect(matched.outputs.get('logits_per_image')!.shape).toEqual([6, 6]);

    const pairs = { model: nlvr.model, engine, reduction: none };
    const ids = int64(nlvr.inputs.get('textIds')!);
    const judged = await predict({
      ...pairs,
      inputs: new Map([
        ['pixel_values', nlvr.pixels],
        ['input_ids', ids],
      ]),
    });
    expect(judged.outputs.get('logits')!.shape).toEqual([3, 2]);
    const odd = new Map([
      ['pixel_values', first(nlvr.pixels, 5)],
      ['input_ids', ids],
    ]);
    await expect(predict({ ...pairs, inputs: odd })).rejects.toThrow('A statement is about two images');
  });

  it('refuses to generate without a decoder, behind different prompts, and without an image', async () => {
    const inputs = new Map([['pixel_values', retrieval.pixels]]);
    const generate = generationFrom('{}');
    const matching = { model: retrieval.model, engine, reduction: none, inputs, generate };
    await expect(predict(matching)).rejects.toThrow('generates no text');

    const different = new Map([
      ['pixel_values', caption.pixels],
      ['input_ids', int64({ shape: [3, 2], data: [126, 15, 126, 15, 126, 18] })],
    ]);
    const writing = { model: caption.model, engine, reduction: none, generate };
    await expect(predict({ ...writing, inputs: different })).rejects.toThrow('behind one prompt');

    const blind = new Map([['input_ids', int64(caption.inputs.get('prefix')!)]]);
    await expect(predict({ ...writing, inputs: blind })).rejects.toThrow('only together with an image');
  });

  it.each([
    ['{numBeams: 0}', 'numBeams'],
    ['{numBeams: 3, doSample: true}', 'sampling goes with one beam'],
    ['{minLength: 30, maxLength: 20}', 'must not be above maxLength'],
    ['{beams: 3}', 'beams'],
  ])('refuses the options %s', (text, message) => {
    expect(() => generationFrom(text)).toThrow(message);
  });
});
