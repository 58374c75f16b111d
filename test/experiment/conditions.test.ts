import { describe, expect, it } from 'vitest';
import { conditionsLabel, conditionsOf } from '../../src/experiment/conditions.js';
import { expandExperiment } from '../../src/experiment/expand.js';
import { parseExperiment } from '../../src/experiment/load.js';
import { methods } from '../../src/reduction/registry.js';

const experimentWith = (engine: object, measure: object, tasks?: object[]) =>
  parseExperiment(
    JSON.stringify({
      ...{
        name: 'sweep',
        models: ['./m'],
        reduction: [{ method: 'tome', tokensPerLayer: 4 }],
        engine,
        measure,
      },
      tasks: tasks ?? [{ task: 'retrieval', dataset: 'emoji-scenes' }],
    }),
    'sweep.yaml',
    methods,
  );

describe('the conditions of an experiment', () => {
  it('are every number of threads with every batch size, each once', () => {
    expect(conditionsOf(experimentWith({ threads: [1, 2] }, { batchSize: [1, 8, 'max', 8] }))).toEqual([
      { threads: 1, batchSize: 1 },
      { threads: 1, batchSize: 8 },
      { threads: 1, batchSize: 'max' },
      { threads: 2, batchSize: 1 },
      { threads: 2, batchSize: 8 },
      { threads: 2, batchSize: 'max' },
    ]);
  });

  it('are one where nothing is swept, with as many threads as there are cores', () => {
    expect(conditionsOf(experimentWith({}, { batchSize: 4 }))).toEqual([{ batchSize: 4 }]);
  });

  it('are named by what varies', () => {
    const all = conditionsOf(experimentWith({ threads: 2 }, { batchSize: [1, 'max'] }));
    expect(all.map((one) => conditionsLabel(one, all))).toEqual(['batchSize=1', 'batchSize=max']);
    expect(conditionsLabel({ threads: 2, batchSize: 1 }, [{ threads: 2, batchSize: 1 }])).toBe('');
  });

  it('each come with a baseline of their own, before the variants', () => {
    const trials = expandExperiment(experimentWith({ threads: [1, 2] }, { batchSize: [1, 8] }), methods);
    expect(
      trials.map(
        ({ reduction, conditions: { threads, batchSize } }) => `${reduction.method} ${threads} ${batchSize}`,
      ),
    ).toEqual([
      'none 1 1',
      'tome 1 1',
      'none 1 8',
      'tome 1 8',
      'none 2 1',
      'tome 2 1',
      'none 2 8',
      'tome 2 8',
    ]);
  });

  it('are not swept by a task that times nothing, which needs no largest batch either', () => {
    const tasks = [{ task: 'semantic-validity', dataset: 'emoji-scenes' }];
    const trials = expandExperiment(
      experimentWith({ threads: [1, 2] }, { batchSize: ['max', 1] }, tasks),
      methods,
    );
    expect(trials.map(({ conditions }) => conditions)).toEqual([{ threads: 1, batchSize: 16 }]);
  });

  it.each([
    [{ batchSize: 0 }, /measure\.batchSize.*too small/s],
    [{ batchSize: 5000 }, /measure\.batchSize.*at most 4096/s],
    [{ batchSize: [8, 0] }, /measure\.batchSize\[1\]/],
    [{ batchSize: [] }, /measure\.batchSize.*at least 1 entry/s],
    [{ batchSize: 'maximum' }, /measure\.batchSize.*max/s],
  ])('refuse %j and say where', (measure, message) => {
    expect(() => experimentWith({}, measure)).toThrow(message);
  });

  it('refuse threads that are no whole number', () => {
    expect(() => experimentWith({ threads: [1, 1.5] }, {})).toThrow(/engine\.threads\[1\]/);
    expect(() => experimentWith({ threads: 'all' }, {})).toThrow(
      /engine\.threads.*allowed: a number, or a list/s,
    );
  });
});
