/** The library as a program that imports it sees it. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTensors } from '../../src/checkpoints/tensors.js';
import { loadModel, type TensorData } from '../../src/index.js';
import { openGolden } from './blip/blip-golden.js';

const folder = path.resolve('test/fixtures/models/clip-sharded');
const stored = readTensors(path.join(folder, 'goldens.safetensors'));
const golden = (name: string) => stored.get(`main/${name}`) as TensorData;

describe('loadModel', () => {
  it('runs both towers and compares them', async () => {
    const model = await loadModel(folder, { reduction: { method: 'turbo', tokensPerLayer: 5, alpha: 5 } });
    const outputs = await model.run({
      pixel_values: golden('pixel_values'),
      input_ids: golden('input_ids'),
      attention_mask: golden('attention_mask'),
    });
    const expected = golden('turbo_r5_alpha5/logits_per_image').data;
    (outputs.logits_per_image!.data as Float32Array).forEach((logit, at) => {
      expect(logit).toBeCloseTo(Number(expected[at]), 4);
    });
    expect(outputs.token_sizes!.shape).toEqual([2, 17]);
    expect(model.describe().layers[1]).toMatchObject({ name: 'block 0', tokensBefore: 37, tokensAfter: 32 });
    await model.close();
  });

  it('keeps a session for as long as sizes stay the same', async () => {
    const model = await loadModel(folder, { outputs: ['image_embeds'] });
    const once = await model.run({ pixel_values: golden('pixel_values') });
    const again = await model.run({ pixel_values: golden('pixel_values') });
    expect(Object.keys(once)).toEqual(['image_embeds']);
    expect(again.image_embeds!.data).toEqual(once.image_embeds!.data);
    await model.close();
  });

  it('writes the captions that transformers writes, as often as it is asked', async () => {
    const golden = await openGolden('caption');
    golden.model.close();
    const model = await loadModel(path.resolve('test/fixtures/blip/caption'));
    const written = golden.tensor('generate.none.prompt.beam3.ids');
    const prompt = [126, 15, 18, 19].map(BigInt);
    const decoder_input_ids: TensorData = {
      ...{ dtype: 'int64', shape: [3, 4] },
      data: BigInt64Array.from([...prompt, ...prompt, ...prompt]),
    };
    for (let time = 0; time < 2; time++) {
      const outputs = await model.run(
        { pixel_values: golden.pixels, decoder_input_ids },
        { generate: { numBeams: 3, maxLength: 20, minLength: 5 } },
      );
      expect([...outputs.sequences!.data].map(Number)).toEqual([...written.data].map(Number));
      expect(Object.keys(outputs)).not.toContain('last_hidden_state');
    }
    await model.close();
  });

  it('names an input that no model takes', async () => {
    const model = await loadModel(folder);
    const running = model.run({ pixel_value: golden('pixel_values') });
    await expect(running).rejects.toThrow(/did you mean pixel_values\?/);
    await model.close();
  });

  it('says what pixels must look like', async () => {
    const model = await loadModel(folder);
    const running = model.run({ pixel_values: golden('input_ids') });
    await expect(running).rejects.toThrow(/float32 \[batch, 3, height, width\]/);
    await model.close();
  });
});
