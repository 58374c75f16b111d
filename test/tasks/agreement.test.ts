/** How far a text attends to the same places of an image after merging. */
import { describe, expect, it } from 'vitest';
import { tensorData } from '../../src/engines/index.js';
import { parseReduction } from '../../src/reduction/registry.js';
import { TaskOptions } from '../../src/tasks/options.js';
import { prepareTask } from '../../src/tasks/prepare.js';
import { type BlipGolden, imageTokens, int64, openGoldens, runGraph } from '../models/blip/blip-golden.js';
import { engine, LIMIT, pool, settingOf } from './text-side-run.js';

const { caption, vqa, nlvr, retrieval } = await openGoldens();

describe('agreement', () => {
  const agreementOf = async (golden: BlipGolden, dataset: string, reduction: object) => {
    const options = TaskOptions.parse({ task: 'agreement', dataset, split: 'val', images: LIMIT });
    const task = await prepareTask(options, settingOf(golden));
    if (task.kind !== 'measurement') throw new Error('not a measurement');
    return task.measure(pool(), 1, () => {}, parseReduction(reduction));
  };

  it.each([
    ['captioning', caption, 'emoji-scenes'],
    ['question answering', vqa, 'emoji-vqa'],
    ['retrieval', retrieval, 'emoji-scenes'],
  ] as const)('is whole without a reduction and less with one: %s', async (_, golden, dataset) => {
    const same = await agreementOf(golden, dataset, { method: 'none' });
    expect(same.metrics.agreement).toBeCloseTo(1, 6);
    expect(same.sampleCount).toBe(LIMIT);
    const turbo = { method: 'turbo', tokensPerLayer: 6, alpha: 1 };
    const merged = (await agreementOf(golden, dataset, turbo)).metrics.agreement!;
    expect(merged).toBeLessThan(1);
    expect(merged).toBeGreaterThan(0);
    const dropped = await agreementOf(golden, dataset, { ...turbo, crossModal: { drop: 0.3, maxDrop: 0.8 } });
    expect(dropped.metrics.agreement).toBeLessThan(merged);
  });

  it('is refused for a method that drops tokens, and for a model without text beside the image', async () => {
    const pruning = { method: 'pruning', tokensPerLayer: 4 };
    await expect(agreementOf(caption, 'emoji-scenes', pruning)).rejects.toThrow('this method drops them');
    await expect(agreementOf(nlvr, 'emoji-scenes', { method: 'none' })).rejects.toThrow(
      'read text and image',
    );
  });

  it('adds up to one for every layer, head and token of the text', async () => {
    const ids = int64(retrieval.inputs.get('textIds')!);
    const mask = int64(retrieval.inputs.get('textMask')!);
    const image = await imageTokens(retrieval, engine, 'vision.turbo');
    const [texts, length] = ids.shape as [number, number];
    const images = image.shape[0]!;
    const crossModal = {
      drop: 0.2,
      maxDrop: 0.8,
      score: 'all-queries',
      countPadding: false,
      choose: 'prompt',
    } as const;
    for (const how of [null, crossModal]) {
      const graph = retrieval.model.buildPart('match', {
        ...{ sequenceLength: length, imageTokens: image.shape[1]!, crossModal: how },
        ...{ sumsAttention: true, outputs: ['image_mass'] },
      });
      const { image_mass: mass } = await runGraph(engine, graph, {
        input_ids: tensorData((ids.data as BigInt64Array).slice(0, images * length), [images, length]),
        attention_mask: tensorData((mask.data as BigInt64Array).slice(0, images * length), [images, length]),
        encoder_hidden_states: image,
      });
      const tokens = [...mask.data]
        .slice(0, images * length)
        .reduce<number>((sum, one) => sum + Number(one), 0);
      const total = [...(mass!.data as Float32Array)].reduce((sum, value) => sum + value, 0);
      expect(texts).toBeGreaterThan(images);
      expect(total).toBeCloseTo(3 * 2 * tokens, 2);
    }
  });
});
