/** Which part runs on which inputs, and what is refused. */
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadPipeline, type TensorData } from '../../../src/index.js';
import { openGolden } from './diffusion-golden.js';

const golden = openGolden('sd2');
const pipeline = await loadPipeline(golden.folder);
afterAll(() => pipeline.close());

const floats = (shape: number[], value = 0.5): TensorData => ({
  dtype: 'float32',
  shape,
  data: new Float32Array(shape.reduce((product, side) => product * side, 1)).fill(value),
});
const unet = {
  sample: floats([1, 4, 4, 4]),
  timestep: floats([]),
  encoder_hidden_states: floats([1, 3, 32]),
};

describe('a part of a pipeline', () => {
  it('takes one step for all samples, as any number, or one for each', async () => {
    const sample = floats([2, 4, 4, 4]);
    const inputs = { sample, encoder_hidden_states: floats([2, 3, 32]) };
    const seven: TensorData[] = [
      floats([], 7),
      floats([1], 7),
      floats([2], 7),
      { dtype: 'int64', shape: [], data: BigInt64Array.of(7n) },
    ];
    const [first, ...others] = await Promise.all(
      seven.map((timestep) => pipeline.run({ ...inputs, timestep })),
    );
    for (const other of others) expect(other.out_sample!.data).toEqual(first!.out_sample!.data);
    const wrong = pipeline.run({ ...inputs, timestep: floats([3], 7) });
    await expect(wrong).rejects.toThrow(/timestep(.|\n)*\[\] or \[2\]/);
  });

  const refused: [string, Record<string, TensorData>, RegExp][] = [
    ['nothing', {}, /must be those of one part/],
    ['an unknown name', { latent: floats([1]) }, /did you mean latents\?/],
    [
      'inputs of two parts',
      { latents: floats([1, 4, 4, 4]), pixel_values: floats([1, 3, 8, 8]) },
      /one part/,
    ],
    ['a picture under two names', { init_image: floats([1]), pixel_values: floats([1]) }, /given twice/],
    ['a missing input', { sample: unet.sample }, /timestep and encoder_hidden_states as well/],
    [
      'latents of other channels',
      { ...unet, sample: floats([1, 3, 4, 4]) },
      /float32 \[batch, 4, height, width\]/,
    ],
    ['texts of another width', { ...unet, encoder_hidden_states: floats([1, 3, 16]) }, /\[1, tokens, 32\]/],
    ['another number of texts', { ...unet, encoder_hidden_states: floats([2, 3, 32]) }, /\[1, tokens, 32\]/],
    [
      'a picture that does not divide',
      { init_image: floats([1, 3, 8, 10]) },
      /"width":10\}(.|\n)*multiples of 4/,
    ],
    ['an empty picture', { init_image: floats([1, 3, 8, 0]) }, /The input init_image is empty/],
    ['ids that are no integers', { input_ids: floats([1, 4]) }, /int64 \[batch, tokens\]/],
    [
      'a text that is too long',
      { input_ids: { dtype: 'int64', shape: [1, 17], data: new BigInt64Array(17) } },
      /1 to 16 tokens/,
    ],
  ];
  it.each(refused)('refuses %s', async (_, inputs, message) => {
    await expect(pipeline.run(inputs)).rejects.toThrow(message);
  });

  it('cannot skip all layers of the text encoder', async () => {
    const skipping = await loadPipeline(path.join(golden.folder, 'text_encoder'), { clipSkip: 2 });
    const ids: TensorData = { dtype: 'int64', shape: [1, 4], data: new BigInt64Array(4) };
    await expect(skipping.run({ input_ids: ids })).rejects.toThrow(/\{"clipSkip":2\}(.|\n)*0 to 1/);
    await skipping.close();
  });
});
