/** What `predict` and the library refuse before anything runs: an engine would end the process, or return something that nobody asked for. */
import { afterAll, describe, expect, it } from 'vitest';
import { crossModalFrom, generationFrom } from '../../src/command-line/model-flags.js';
import { openEngine, type TensorData, tensorData } from '../../src/engines/index.js';
import { loadModel } from '../../src/index.js';
import { openModel } from '../../src/models/open-model.js';
import { type PredictRequest, predict } from '../../src/models/predict.js';
import { vocabularySize } from '../../src/models/predict-token-ids.js';
import { parseReduction } from '../../src/reduction/registry.js';
import { openGolden } from './blip/blip-golden.js';
import { folderWithConfig, randomPixels, tinyConfigs } from './tiny-model.js';

const engine = await openEngine('onnxruntime');
const folder = folderWithConfig(tinyConfigs.clip);
const clip = await openModel({ model: folder, weights: 'random' });
const vit = await openModel({ model: folderWithConfig(tinyConfigs.vit), weights: 'random' });
const caption = await openGolden('caption');
const vqa = await openGolden('vqa');
afterAll(() => {
  for (const model of [clip, vit, caption.model, vqa.model]) model.close();
});

const none = parseReduction({ method: 'none' });
const pixels = randomPixels(1, 1);
const ids = (...values: readonly number[]): TensorData =>
  tensorData(BigInt64Array.from(values, BigInt), [1, values.length]);
const asked = (inputs: Record<string, TensorData>, others: Partial<PredictRequest> = {}) =>
  predict({ model: clip, engine, reduction: none, inputs: new Map(Object.entries(inputs)), ...others });

describe('predict', () => {
  it.each(['tome', 'turbo', 'pruning', 'random'])(
    'refuses a batch of no pictures under %s, at which an engine may end the process',
    async (method) => {
      const empty = tensorData(new Float32Array(0), [0, 3, 32, 32]);
      const reduction = parseReduction({ method, tokensPerLayer: 2 });
      await expect(asked({ pixel_values: empty }, { reduction })).rejects.toThrow(
        /pixel_values is empty[\s\S]*\[0, 3, 32, 32\][\s\S]*every side 1 or more/,
      );
    },
  );

  it('refuses it in the library, too', async () => {
    const model = await loadModel(
      { model: folder, weights: 'random' },
      { reduction: { method: 'tome', tokensPerLayer: 2 } },
    );
    const empty = tensorData(new Float32Array(0), [0, 3, 32, 32]);
    await expect(model.run({ pixel_values: empty })).rejects.toThrow('pixel_values is empty');
    await model.close();
  });

  it('calls a text without tokens empty, not too long', async () => {
    await expect(asked({ input_ids: ids() })).rejects.toThrow('input_ids is empty');
  });

  it('refuses inputs that this model has no use for, and names those that it takes', async () => {
    await expect(asked({ pixel_values: pixels, decoder_input_ids: ids(1) })).rejects.toThrow(
      /decoder_input_ids[\s\S]*one of: pixel_values, input_ids, attention_mask/,
    );
    const text = { pixel_values: pixels, input_ids: ids(1) };
    await expect(asked(text, { model: vit })).rejects.toThrow(/input_ids[\s\S]*one of: pixel_values$/);
  });

  it('refuses token ids that are not in the vocabulary', async () => {
    expect(vocabularySize(clip)).toBe(50);
    await expect(asked({ input_ids: ids(1, 2, 50) })).rejects.toThrow(
      /not in the vocabulary[\s\S]*input_ids\[0, 2\][\s\S]*50[\s\S]*0 to 49/,
    );
    await expect(asked({ input_ids: ids(-1) })).rejects.toThrow('not in the vocabulary');
    const beside = { pixel_values: caption.pixels, decoder_input_ids: ids(99_999_999) };
    await expect(asked(beside, { model: caption.model })).rejects.toThrow('not in the vocabulary');
    expect((await asked({ input_ids: ids(1, 2, 49) })).outputs.has('text_embeds')).toBe(true);
  });

  it('refuses a cross-modal reduction where no text is read beside the image', async () => {
    const crossModal = crossModalFrom('{drop: 0.1}');
    await expect(asked({ pixel_values: pixels }, { crossModal })).rejects.toThrow('reads no text together');
    await expect(
      asked({ pixel_values: caption.pixels }, { crossModal, model: caption.model }),
    ).rejects.toThrow('needs a text beside the image');
  });

  it('refuses what a reduction says of the text side, which it would pass over', async () => {
    const reduction = parseReduction({ method: 'turbo', tokensPerLayer: 2, crossModal: { drop: 0.1 } });
    await expect(asked({ pixel_values: pixels }, { reduction })).rejects.toThrow(
      /crossModal[\s\S]*--cross-modal/,
    );
  });

  it('refuses to write without a decoder or a question, even when no image is given', async () => {
    const generate = generationFrom('{}');
    await expect(asked({ input_ids: ids(1) }, { generate })).rejects.toThrow('generates no text');
    await expect(asked({ pixel_values: vqa.pixels }, { generate, model: vqa.model })).rejects.toThrow(
      'An answer needs a question',
    );
  });
});
