import { describe, expect, it } from 'vitest';
import { TaskOptions } from '../../src/tasks/options.js';
import { taskLabels } from '../../src/tasks/task-label.js';

const labelsOf = (...tasks: object[]): string[] => taskLabels(tasks.map((task) => TaskOptions.parse(task)));
const captioning = { task: 'captioning', dataset: 'emoji-scenes' };

describe('what tasks are called', () => {
  it('is their kind alone where nothing else has that name', () => {
    const labels = labelsOf(
      captioning,
      { ...captioning, split: 'val', generate: { numBeams: 1 } },
      { task: 'classification', dataset: 'emoji-objects' },
      { task: 'classification', dataset: 'emoji-objects', knn: {} },
      { task: 'retrieval', dataset: 'emoji-scenes' },
      { task: 'retrieval', dataset: 'emoji-scenes', rerank: 16 },
    );
    expect(labels).toEqual([
      ...['captioning', 'captioning', 'classification', 'knn', 'retrieval', 'retrieval, reranked'],
    ]);
  });

  it('has the options in which tasks of one kind on the same data differ, and no others', () => {
    expect(
      labelsOf(
        { ...captioning, generate: { numBeams: 1, maxLength: 6, minLength: 1 } },
        { ...captioning, generate: { numBeams: 3, maxLength: 6, minLength: 1 }, prompt: '' },
      ),
    ).toEqual(['captioning (prompt a picture of , numBeams 1)', 'captioning (prompt , numBeams 3)']);
    const reranked = [4, 16].map((rerank) => ({ task: 'retrieval', dataset: 'emoji-scenes', rerank }));
    expect(labelsOf(...reranked)).toEqual([
      'retrieval, reranked (rerank 4)',
      'retrieval, reranked (rerank 16)',
    ]);
  });

  it('names what one of them leaves out only where it is given', () => {
    const classes = { task: 'text-to-image', prompts: 'emoji-prompts' };
    expect(labelsOf(classes, { ...classes, scoreWith: './models/emoji-clip' })).toEqual([
      'text-to-image',
      'text-to-image (scoreWith ./models/emoji-clip)',
    ]);
  });

  it('is numbered where long values begin alike', () => {
    const zeroShot = (last: string) => ({
      ...{ task: 'classification', dataset: 'emoji-objects' },
      zeroShot: { templates: ['a very long beginning of a prompt, the same for both: {}', last] },
    });
    const [first, second] = labelsOf(zeroShot('{}'), zeroShot('a {}'));
    expect(second).toBe(`${first} #2`);
  });
});
