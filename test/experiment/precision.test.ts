import { describe, expect, it } from 'vitest';
import { TurboError } from '../../src/errors/turbo-error.js';
import { expandExperiment } from '../../src/experiment/expand.js';
import { parseExperiment } from '../../src/experiment/load.js';
import { methods } from '../../src/reduction/registry.js';

const experiment = (engine: string, more = '') =>
  parseExperiment(
    `name: small
models: [./models/emoji-clip]
tasks: [{task: retrieval, dataset: emoji-scenes}]
reduction: [{method: tome, tokensPerLayer: [4, 8]}]
engine: ${engine}
${more}`,
    'small.yaml',
    methods,
  );
const cells = (engine: string, more?: string) =>
  expandExperiment(experiment(engine, more), methods).map(
    ({ precision, reduction }) => `${precision} ${reduction.method} ${reduction.tokensPerLayer ?? ''}`,
  );

function complaint(engine: string): string {
  try {
    experiment(engine);
  } catch (thrown) {
    if (thrown instanceof TurboError) return thrown.message;
    throw thrown;
  }
  throw new Error('nothing was wrong');
}

describe('precision', () => {
  it('is float32 unless something else is asked for', () => {
    expect(cells('{}')).toEqual(['float32 none ', 'float32 tome 4', 'float32 tome 8']);
  });

  it('repeats every reduction, and the unreduced model, in each that is listed', () => {
    expect(cells('{precision: [int8-dynamic, float32, int8-dynamic]}')).toEqual([
      'float32 none ',
      'float32 tome 4',
      'float32 tome 8',
      'int8-dynamic none ',
      'int8-dynamic tome 4',
      'int8-dynamic tome 8',
    ]);
  });

  it('has the unreduced model in float32 even where float32 is not asked for', () => {
    expect(cells('{precision: int4-weights}')).toEqual([
      'float32 none ',
      'int4-weights none ',
      'int4-weights tome 4',
      'int4-weights tome 8',
    ]);
  });

  it('comes below threads and batch sizes, so that each has a baseline of its own', () => {
    const trials = expandExperiment(
      experiment('{precision: [float32, int8-dynamic], threads: [1, 2]}'),
      methods,
    );
    const references = trials.filter(
      ({ precision, reduction }) => precision === 'float32' && reduction.method === 'none',
    );
    expect(trials).toHaveLength(12);
    expect(references.map(({ conditions }) => conditions.threads)).toEqual([1, 2]);
  });

  it('does not repeat a task that times nothing', () => {
    const text = `name: small
models: [./models/emoji-clip]
tasks: [{task: semantic-validity, dataset: emoji-objects}]
engine: {precision: [float32, int8-dynamic]}`;
    expect(expandExperiment(parseExperiment(text, 'small.yaml', methods), methods)).toHaveLength(1);
  });

  it('that there is not is refused, with the one that was meant', () => {
    for (const engine of ['{precision: int8-dynamc}', '{precision: [float32, int8-dynamc]}']) {
      expect(complaint(engine)).toContain('int8-dynamc');
      expect(complaint(engine)).toContain('did you mean int8-dynamic?');
      expect(complaint(engine)).toContain('small.yaml:5');
    }
    expect(complaint('{precision: []}')).toContain('precision');
    expect(complaint('{calibrationSamples: 0}')).toContain('calibrationSamples');
  });
});
