import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/experiment/canonical-json.js';
import { expandExperiment, writtenParameters } from '../../src/experiment/expand.js';
import { parseExperiment } from '../../src/experiment/load.js';
import { methods } from '../../src/reduction/registry.js';

function experimentOf(reduction: unknown, models: unknown = ['./m'], tasks?: unknown) {
  const text = JSON.stringify({
    name: 'sweep',
    models,
    tasks: tasks ?? [{ task: 'retrieval', dataset: 'emoji-scenes' }],
    reduction,
  });
  return parseExperiment(text, 'sweep.yaml', methods);
}
const expand = (reduction: unknown, models?: unknown, tasks?: unknown) =>
  expandExperiment(experimentOf(reduction, models, tasks), methods);

describe('expandExperiment', () => {
  it('has the unreduced model once per model and task, first', () => {
    const trials = expand([{ method: 'none' }]);
    expect(trials.map(({ reduction }) => reduction.method)).toEqual(['none']);
    const two = expand(
      [{ method: 'tome', tokensPerLayer: 4 }],
      ['./a', './b'],
      [
        { task: 'retrieval', dataset: 'x' },
        { task: 'classification', dataset: 'y', zeroShot: true },
      ],
    );
    expect(two.filter(({ reduction }) => reduction.method === 'none')).toHaveLength(4);
    expect(two.map(({ model, reduction, task }) => `${model.name} ${reduction.method} ${task.task}`)).toEqual(
      [
        'a none retrieval',
        'a none classification',
        'a tome retrieval',
        'a tome classification',
        'b none retrieval',
        'b none classification',
        'b tome retrieval',
        'b tome classification',
      ],
    );
  });

  it('sweeps lists, and takes a list of lists as schedules', () => {
    const trials = expand([
      { method: 'tome', tokensPerLayer: [4, [8, 8, 2], { ratio: 0.1 }, { r: 8, inflect: 1 }] },
    ]);
    expect(trials.slice(1).map(({ reduction }) => reduction.tokensPerLayer)).toEqual([
      4,
      [8, 8, 2],
      { ratio: 0.1 },
      { r: 8, inflect: 1 },
    ]);
  });

  it('runs equal cells once, also when one of them writes a default down', () => {
    const trials = expand([
      { method: 'turbo', tokensPerLayer: 12, alpha: [1, 5] },
      { method: 'turbo', tokensPerLayer: 12, layers: [{ from: 0 }, { from: 2 }] },
    ]);
    expect(trials).toHaveLength(4);
  });

  it('seeds methods that draw by lot from the experiment', () => {
    const experiment = { ...experimentOf([{ method: 'random', tokensPerLayer: 4 }]), seed: 7 };
    expect(expandExperiment(experiment, methods)[1]!.reduction.seed).toBe(7);
  });

  it('measures semantic validity on the unreduced model alone', () => {
    const tasks = [
      { task: 'semantic-validity', dataset: 'x' },
      { task: 'retrieval', dataset: 'x' },
    ];
    const trials = expand([{ method: 'tome', tokensPerLayer: [4, 8] }], ['./a'], tasks);
    expect(trials.map(({ task }) => task.task)).toEqual([
      'semantic-validity',
      'retrieval',
      'retrieval',
      'retrieval',
    ]);
  });

  it('refuses one model under two names, and two models under one that was given', () => {
    const of =
      (...models: unknown[]) =>
      () =>
        expand([], models);
    const clip = { model: './models/emoji-clip' };
    expect(of({ ...clip, name: 'a' }, { ...clip, name: 'b' })).toThrow(/under two names.*models\[1\]/s);
    expect(of({ ...clip, name: 'a' }, { preset: 'vit-s16', weights: 'random', name: 'a' })).toThrow(
      /Two models have one name.*models\[1\]\.name/s,
    );
    expect(of(clip, clip)).not.toThrow();
    expect(of('./models/emoji-clip', './models/other')).not.toThrow();
  });

  it('tells models of one short name apart by all that they differ in', () => {
    const clip = { model: './models/emoji-clip' };
    const trials = expand(
      [],
      [clip, { ...clip, imageSize: 96 }, { ...clip, weights: 'random' }, './other/emoji-clip'],
    );
    expect([...new Set(trials.map(({ model }) => model.name))]).toEqual([
      './models/emoji-clip',
      './models/emoji-clip 96',
      './models/emoji-clip random weights',
      './other/emoji-clip',
    ]);
  });

  it('lets a task be done by some of the models, and names those that there are', () => {
    const of = (names: readonly string[]) =>
      expand(
        [],
        ['a/one', 'b/two'],
        [
          { task: 'throughput', images: 4 },
          { task: 'throughput', images: 8, models: names },
        ],
      );
    const eights = of(['b/two']).filter(({ task }) => task.task === 'throughput' && task.images === 8);
    expect(new Set(eights.map(({ model }) => model.name))).toEqual(new Set(['b/two']));
    for (const { task } of eights) expect(task).not.toHaveProperty('models');
    expect(() => of(['b/too'])).toThrow('did you mean b/two');
  });

  it('lets a reduction be for some of the models, and names those that there are', () => {
    const of = (names: readonly string[]) =>
      expand(
        [
          { method: 'tome', tokensPerLayer: 4 },
          { method: 'tome', tokensPerLayer: 30, models: names },
        ],
        ['a/one', 'b/two'],
      );
    const cells = of(['b/two']).map(({ model, reduction }) => [model.name, reduction.tokensPerLayer]);
    expect(cells).toEqual([
      ['a/one', undefined],
      ['a/one', 4],
      ['b/two', undefined],
      ['b/two', 4],
      ['b/two', 30],
    ]);
    expect(() => of(['b/too'])).toThrow('did you mean b/two');
  });

  it('refuses a sweep that nobody means', () => {
    const many = Array.from({ length: 150 }, (_, index) => index);
    expect(() => expand([{ method: 'turbo', tokensPerLayer: many, alpha: many }])).toThrow(
      'too many reductions',
    );
  });

  const sweep = fc.record({
    method: fc.uniqueArray(fc.constantFrom('tome', 'pruning', 'random'), { minLength: 1 }),
    tokensPerLayer: fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 5 }),
    minTokens: fc.uniqueArray(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 4 }),
  });

  it('makes as many cells as the product of the lists, all different, and one baseline', () => {
    fc.assert(
      fc.property(sweep, (entry) => {
        const trials = expand([entry]);
        const cells = entry.method.length * entry.tokensPerLayer.length * entry.minTokens.length;
        expect(trials).toHaveLength(cells + 1);
        expect(new Set(trials.map((trial) => canonicalJson(trial))).size).toBe(cells + 1);
      }),
      { numRuns: 50 },
    );
  });

  it('gives the same trials whether values stand in one entry or in several', () => {
    fc.assert(
      fc.property(sweep, (entry) => {
        const apart = entry.method.flatMap((method) =>
          entry.tokensPerLayer.flatMap((tokensPerLayer) =>
            entry.minTokens.map((minTokens) => ({ method, tokensPerLayer, minTokens })),
          ),
        );
        expect(expand(apart)).toEqual(expand([entry]));
        expect(expand([...apart, entry])).toEqual(expand([entry]));
      }),
      { numRuns: 50 },
    );
  });
});

describe('writtenParameters', () => {
  it('names what some entry writes down, in the order of the schema', () => {
    const experiment = experimentOf([
      { method: 'tome', tokensPerLayer: 4 },
      { method: 'turbo', alpha: 5, tokensPerLayer: 4, layers: { from: 1 } },
    ]);
    expect(writtenParameters(experiment)).toEqual(['tokensPerLayer', 'layers', 'alpha']);
  });
});
