/** Generated text, token for token as transformers 5 and the reference passes of the goldens give it. */
import { afterAll, describe, expect, it } from 'vitest';
import { type TensorData, tensorData } from '../../../src/engines/index.js';
import { generateText, paddedRows } from '../../../src/generation/generate.js';
import { GenerationOptions } from '../../../src/generation/options.js';
import type { GeneratedSequence } from '../../../src/generation/sequence-decoder.js';
import {
  openTextDecoder,
  type TextDecoder,
  type TextDecoderOptions,
} from '../../../src/models/text-decoder.js';
import { enginesOfSlowNetworks, openOnDevice } from '../../engines/engines-under-test.js';
import { type BlipCase, crossModalOf, imageTokens, openGolden, questionStates } from './blip-golden.js';

const caption = await openGolden('caption');
const vqa = await openGolden('vqa');
afterAll(() => {
  caption.model.close();
  vqa.model.close();
});

function optionsOf({ numBeams, maxLength, minLength, repetitionPenalty = 1 }: BlipCase): GenerationOptions {
  return GenerationOptions.parse({ numBeams, maxLength, minLength, repetitionPenalty });
}

describe.each(enginesOfSlowNetworks)('on $engine, $device', async (under) => {
  const engine = await openOnDevice(under);

  /** Kept for all cases of the same sizes, as a run keeps them for all its batches. */
  const decoders = new Map<string, Promise<TextDecoder>>();
  afterAll(async () => {
    for (const decoder of decoders.values()) await (await decoder).release();
  });
  type Sizes = Omit<TextDecoderOptions, 'model' | 'engine' | 'session'>;
  function decoderFor(model: typeof caption.model, sizes: Sizes): Promise<TextDecoder> {
    const key = JSON.stringify([model === caption.model, sizes]);
    const decoder =
      decoders.get(key) ?? openTextDecoder({ model, engine, session: { threads: 1 }, ...sizes });
    decoders.set(key, decoder);
    return decoder;
  }

  async function generate(
    golden: typeof caption,
    item: BlipCase,
    states: TensorData,
    prompt: readonly number[],
  ): Promise<GeneratedSequence[]> {
    const { model } = golden;
    const options = optionsOf(item);
    const decoder = await decoderFor(model, {
      imageTokens: states.shape[1]!,
      imageMask: false,
      beams: options.numBeams,
      promptLength: prompt.length,
      maxLength: options.maxLength,
      crossModal: item.kind === 'generate' && golden === caption ? crossModalOf(item) : null,
    });
    const ids = [...Array(states.shape[0]!).keys()];
    return generateText(decoder.begin(states), prompt, options, model.specialTokens!, ids);
  }

  function expectSame(golden: typeof caption, item: BlipCase, texts: readonly GeneratedSequence[]): void {
    const ids = golden.tensor(`${item.name}.ids`);
    const rows = paddedRows(texts, ids.shape[1]!, golden.ids.pad!);
    expect([...rows].map(Number)).toEqual([...ids.data].map(Number));
    if (item.numBeams === 1) return;
    const scores = golden.tensor(`${item.name}.score`).data as Float32Array;
    texts.forEach(({ score }, at) => {
      expect(Math.abs(score! - scores[at]!)).toBeLessThanOrEqual(1e-3);
    });
  }

  const generating = (golden: typeof caption): [string, BlipCase][] =>
    golden.cases.filter(({ kind }) => kind === 'generate').map((item) => [item.name, item]);

  describe('captions', () => {
    it.each(generating(caption))('are those of %s', async (_, item) => {
      const states = await imageTokens(caption, engine, item.vision!);
      expectSame(caption, item, await generate(caption, item, states, item.prompt!));
    });

    it('do not depend on what else is in the batch', async () => {
      const item = caption.cases.find(({ name }) => name === 'generate.turbo.prompt.beam3')!;
      const states = await imageTokens(caption, engine, item.vision!);
      const together = await generate(caption, item, states, item.prompt!);
      const width = states.data.length / states.shape[0]!;
      for (const [image, text] of together.entries()) {
        const alone = tensorData((states.data as Float32Array).slice(image * width, (image + 1) * width), [
          1,
          ...states.shape.slice(1),
        ]);
        expect((await generate(caption, item, alone, item.prompt!))[0]!.ids).toEqual(text.ids);
      }
    });
  });

  describe('answers', () => {
    it.each(generating(vqa))('are those of %s', async (_, item) => {
      const states = await questionStates(vqa, engine, item);
      const start = vqa.model.specialTokens!.decoderId;
      expectSame(vqa, item, await generate(vqa, item, states, [start]));
    });
  });
});
