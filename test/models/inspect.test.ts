/** A model layer by layer. */
import { describe, expect, it } from 'vitest';
import { inspectModel } from '../../src/models/inspect.js';
import { openModel } from '../../src/models/open-model.js';
import { parseReduction } from '../../src/reduction/registry.js';

describe('inspectModel', () => {
  it('counts the parameters of ViT-B/16 as its checkpoint has them', async () => {
    const description = inspectModel(await openModel('random:vit-b16'), { method: 'none' });
    expect(description.parameters).toBe(86_567_656);
    expect(description.flopRatio).toBe(1);
    expect(description.layers.map(({ name }) => name)).toEqual([
      'embeddings',
      ...Array.from({ length: 12 }, (_, layer) => `block ${layer}`),
      'head',
    ]);
  });

  it.each([
    [224, 8, 1.34],
    [224, 16, 2.002],
    [384, 20, 1.291],
    [384, 40, 1.784],
  ])('finds the FLOP ratio of ToMe at %i px and r = %i', async (imageSize, tokensPerLayer, ratio) => {
    const model = await openModel({ preset: 'vit-b16', imageSize });
    const description = inspectModel(model, parseReduction({ method: 'tome', tokensPerLayer }));
    expect(description.flopRatio).toBeCloseTo(ratio, 1);
    const [first] = description.layers.filter(({ name }) => name === 'block 0');
    expect(first!.tokensBefore! - first!.tokensAfter!).toBe(tokensPerLayer);
    const sum = description.layers.reduce((total, { flops }) => total + flops, 0);
    expect(sum).toBeCloseTo(description.flops, 0);
  });

  it('describes the text encoder as one line', async () => {
    const { text } = inspectModel(await openModel('random:clip-b32'), { method: 'none' });
    expect(text).toMatchObject({ tokensBefore: 77, parameters: 63_428_096 });
  });
});
