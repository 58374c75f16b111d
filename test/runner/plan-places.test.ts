import { describe, expect, it } from 'vitest';
import { messageOf, TurboError } from '../../src/errors/turbo-error.js';
import { expandExperiment } from '../../src/experiment/expand.js';
import { parseExperiment } from '../../src/experiment/load.js';
import { methods } from '../../src/reduction/registry.js';
import { aboutModel, reductionEntryOf, taskEntryOf } from '../../src/runner/plan-places.js';

const experiment = parseExperiment(
  `name: places
models: [{model: ./a, name: a}, {model: ./b, name: b}]
tasks:
  - {task: throughput, images: 4}
  - {task: throughput, images: 6, models: [b]}
reduction:
  - {method: turbo, tokensPerLayer: [2, 4], models: [a]}
  - {method: [tome, turbo], tokensPerLayer: 4, models: [b]}
  - {method: random, tokensPerLayer: 4}
`,
  'places.yaml',
  methods,
);

describe('what a trial is made of is found in the experiment', () => {
  it('at the entry that is for its model, where several name the same task and method', () => {
    const places = expandExperiment(experiment, methods)
      .filter(({ reduction }) => reduction.method !== 'none')
      .map(({ model, task, reduction }) => [
        `${model.name} ${reduction.method}`,
        reductionEntryOf(experiment, { model, reduction }, methods)[1],
        taskEntryOf(experiment, task)[1],
      ]);
    expect(places).toEqual([
      ['a turbo', 0, 0],
      ['a turbo', 0, 0],
      ['a random', 2, 0],
      ['b tome', 1, 0],
      ['b tome', 1, 1],
      ['b turbo', 1, 0],
      ['b turbo', 1, 1],
      ['b random', 2, 0],
      ['b random', 2, 1],
    ]);
  });
});

describe('a complaint about a model', () => {
  const { model } = expandExperiment(experiment, methods)[0]!;
  const said = (parts: object) =>
    aboutModel(model, () => Promise.reject(new TurboError('wrong', parts))).catch(messageOf);

  it('names the model, unless it names a place itself', async () => {
    expect(await said({})).toContain('where:   the model a');
    expect(await said({ where: 'a file' })).not.toContain('the model a');
  });
});
