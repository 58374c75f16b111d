import { describe, expect, it } from 'vitest';
import { withRandomWeights } from '../../src/command-line/random-weights.js';
import { expandExperiment } from '../../src/experiment/expand.js';
import { parseExperiment } from '../../src/experiment/load.js';
import { methods } from '../../src/reduction/registry.js';

const parse = (changes: object) =>
  parseExperiment(
    JSON.stringify({
      name: 'real',
      models: ['owner/vit', { model: 'owner/sd', name: 'sd' }, 'owner/other'],
      tasks: [
        { task: 'classification', dataset: 'imagenet', models: ['owner/vit', 'owner/other'] },
        {
          task: 'text-to-image',
          prompts: 'prompts',
          pictures: 2000,
          scoreWith: 'owner/clip',
          models: ['sd'],
        },
      ],
      reduction: [
        { method: 'tome', tokensPerLayer: 8, models: ['owner/vit', 'owner/other'] },
        { method: 'tomesd', ratio: 0.5, models: ['sd'] },
        { method: 'tome', tokensPerLayer: 4, models: ['owner/other'] },
      ],
      measure: { batchSize: 2 },
      ...changes,
    }),
    'real.yaml',
    methods,
  );

describe('withRandomWeights', () => {
  const presets = { 'owner/vit': { preset: 'vit-b16', imageSize: 384 }, sd: { preset: 'sd-1.5' } };
  const changed = withRandomWeights(parse({}), presets);

  it('keeps the names of the models, so that reductions and published rows still find them', () => {
    expect(changed.models).toEqual([
      { name: 'owner/vit', preset: 'vit-b16', weights: 'random', imageSize: 384 },
      { name: 'sd', preset: 'sd-1.5', weights: 'random' },
    ]);
    expect(changed.reduction.map(({ models }) => models)).toEqual([['owner/vit'], ['sd']]);
  });

  it('times encoders on random pixels and pipelines on few pictures that nobody judges', () => {
    expect(changed.tasks).toMatchObject([
      { task: 'throughput', images: 4, models: ['owner/vit'] },
      { task: 'text-to-image', pictures: 4, models: ['sd'] },
    ]);
    expect(changed.tasks[1]).not.toHaveProperty('scoreWith');
  });

  it('is an experiment of its own, that can be run as any other', () => {
    expect(changed.name).toBe('real-random-weights');
    expect(expandExperiment(changed, methods)).toHaveLength(4);
    expect(withRandomWeights(parse({ name: 'a'.repeat(64) }), presets).name).toHaveLength(64);
  });

  it('refuses an experiment without an architecture that stands in', () => {
    expect(() => withRandomWeights(parse({}), { vit: { preset: 'vit-b16' } })).toThrow(
      /No architecture.*owner\/vit/s,
    );
  });
});
