import { describe, expect, it } from 'vitest';
import { readJournal } from '../../src/runner/journal.js';
import { runNotes } from '../../src/runner/run-notes.js';
import { PROVENANCE, playedRun, workers } from './played-run.js';
import { planSmall } from './small-plan.js';

const small = playedRun();
const linesOf = () => readJournal(small.folder).lines;

describe('results of models that a run leaves out', () => {
  const leftOut = () => {
    const { trials } = small.plan;
    return {
      plan: { ...small.plan, trials: [], unopened: [trials[0]!.trial.model.name] },
      selected: [],
    };
  };

  it('stay in its report', async () => {
    const whole = await small.run(workers().start);
    const { results, others, ran } = await small.run(workers().start, leftOut());
    expect([ran, others]).toEqual([0, 3]);
    expect(results.map(({ fingerprint }) => fingerprint).sort()).toEqual(
      whole.results.map(({ fingerprint }) => fingerprint).sort(),
    );
  });

  it.each([
    ['seed', { seed: 7 }],
    ['limit', { limit: 40 }],
    ['name of the experiment', { experiment: 'another' }],
    ['version', { version: '9.9.9' }],
  ])('are not mixed with those of another %s', async (_, changes) => {
    await small.run(workers().start);
    const provenance = { ...PROVENANCE, ...changes };
    const { results } = await small.run(workers().start, { ...leftOut(), provenance });
    expect(results).toEqual([]);
    expect(linesOf().filter(({ kind }) => kind === 'trial')).toHaveLength(3);
  });
});

describe('a kept result', () => {
  it('takes the names that the experiment has for it by now, in the journal too', async () => {
    await small.run(workers().start);
    const plan = await planSmall({
      name: 'second',
      models: [{ model: './test/fixtures/models/vit', name: 'tiny' }],
      tasks: [
        { task: 'throughput', images: 6 },
        { task: 'throughput', images: 4 },
      ],
      reduction: [{ method: 'pruning', tokensPerLayer: [2, 4], layers: [{ from: 0 }, { from: 2 }] }],
    });
    const outcome = await small.run(workers().start, { plan, selected: plan.trials });
    expect(outcome.kept).toBe(3);
    const rows = outcome.results.map(({ row }) => row);
    expect(new Set(rows.map(({ experiment }) => experiment))).toEqual(new Set(['second']));
    expect(new Set(rows.map(({ model }) => model))).toEqual(new Set(['tiny']));
    expect(new Set(rows.map(({ task }) => task))).toEqual(
      new Set(['throughput (images 6)', 'throughput (images 4)']),
    );
    for (const { method, parameters } of rows)
      expect(Object.keys(parameters)).toEqual(method === 'none' ? [] : ['tokensPerLayer', 'layers.from']);
    const again = await small.run(workers().start, { plan, selected: plan.trials });
    expect(again.results).toEqual(outcome.results);
  });

  it('is told to be of another machine, now and in every report, until that machine runs it', async () => {
    await small.run(workers().start, { selected: small.plan.trials.slice(0, 2) });
    const notices: string[] = [];
    const provenance = { ...PROVENANCE, cpu: 'a faster one', cores: 64 };
    await small.run(workers().start, { provenance, notices });
    const told = [
      expect.stringMatching(
        /^2 of the results were measured on another machine \(.*\): times and memory are of/,
      ),
    ];
    expect(notices).toEqual(told);
    expect(runNotes(linesOf())).toEqual(expect.arrayContaining(told));
    await small.run(workers().start, { provenance, fresh: true });
    expect(runNotes(linesOf())).not.toEqual(expect.arrayContaining(told));
  });
});
