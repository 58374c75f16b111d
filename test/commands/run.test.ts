import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { currentTrials, parseJournal, type TrialLine } from '../../src/runner/journal-lines.js';
import { type SmallWorld, smallWorld } from './small-world.js';

let world: SmallWorld;
beforeAll(async () => {
  world = await smallWorld();
});

/** What counts of a journal: the last line of each trial, since an unsteady baseline is measured again. */
function trialLines(folder: string): TrialLine[] {
  const { lines, damaged } = parseJournal(readFileSync(join(world.folder, folder, 'journal.jsonl')));
  expect(damaged).toEqual([]);
  return currentTrials(lines);
}
const accuracies = (folder: string) => trialLines(folder).map(({ row }) => JSON.stringify(row.metrics));

// Every run starts two or more processes, which takes its time on a busy machine.
describe('turbo-bench run', { timeout: 240_000 }, () => {
  it('measures a real model on real pictures, and the same accuracies twice, byte for byte', async () => {
    world.writeExperiment({});
    const first = await world.start('run', 'small.yaml', '--json').finished;
    expect(first.stderr).toContain('vit classification tiny tome tokensPerLayer=4');
    expect(first.code).toBe(0);
    const document = JSON.parse(first.stdout);
    expect(document.rows).toHaveLength(3);
    for (const row of document.rows) {
      expect(['completed', 'invalid']).toContain(row.status);
      expect(row.reason).not.toContain('prediction');
      expect(row.reason).not.toContain('token sizes');
      expect(row.samples).toBe(14);
      expect(row.metrics.top1).toBeGreaterThanOrEqual(0);
    }
    for (const file of ['results.csv', 'tables.md', 'journal.jsonl'])
      expect(existsSync(join(world.folder, 'reports/small', file))).toBe(true);
    expect(existsSync(join(world.folder, 'reports/small/run.lock'))).toBe(false);

    const second = await world.start('run', 'small.yaml', '--out', 'second', '--only', 'tome').finished;
    expect(second.code).toBe(0);
    expect(accuracies('second')).toEqual([accuracies('reports/small')[1]]);
    const kept = trialLines('second')[0]!.predictions!;
    expect(kept).toMatchObject({ samples: 14 });
    expect(trialLines('reports/small')[1]!.predictions).toEqual(kept);
    expect(readFileSync(join(world.folder, 'second', kept.file))).toEqual(
      readFileSync(join(world.folder, 'reports/small', kept.file)),
    );
  });

  it('ends cleanly on Ctrl-C and keeps what is done', async () => {
    world.writeExperiment({
      name: 'slow',
      tasks: [{ task: 'throughput', images: 8 }],
      reduction: [{ method: 'pruning', tokensPerLayer: [1, 2, 3, 4, 5, 6, 7, 8] }],
      measure: { batchSize: 4, minSeconds: 2, minRuns: 5, warmupSeconds: 0, memory: false, peak: false },
      engine: { name: 'fake', threads: 1, sessionOptions: { latencyMs: 20 } },
    });
    const { child, finished } = world.start('run', 'small.yaml');
    await new Promise<void>((resolve) => {
      child.stderr?.on('data', (text: string) => {
        if (text.includes('none:')) resolve();
      });
      void finished.then(() => resolve());
    });
    child.kill('SIGINT');
    const { code, stdout, stderr } = await finished;
    expect(stderr).toContain('stopping; press Ctrl-C again');
    expect(stdout).toContain('Nothing that was measured is lost');
    expect(code).toBe(130);
    const kept = trialLines('reports/slow').length;
    expect(kept).toBeGreaterThanOrEqual(1);
    expect(kept).toBeLessThan(9);
  });

  it('refuses a folder that another run is writing to', async () => {
    world.writeExperiment({ name: 'held' });
    mkdirSync(join(world.folder, 'reports/held'), { recursive: true });
    const holder = { pid: process.pid, host: hostname(), startedAt: 'just now' };
    writeFileSync(join(world.folder, 'reports/held/run.lock'), JSON.stringify(holder));
    const { code, stderr } = await world.start('run', 'small.yaml').finished;
    expect(code).toBe(2);
    expect(stderr).toContain(`Another run is writing to this folder`);
    expect(stderr).toContain(`process ${process.pid}`);
  });

  it('says what is wrong without a stack, and exits with 2', async () => {
    writeFileSync(join(world.folder, 'wrong.yaml'), 'name: wrong\nmodels: [./models/vit]\ntasks: []\n');
    const { code, stderr } = await world.start('run', 'wrong.yaml').finished;
    expect(code).toBe(2);
    expect(stderr).toContain('wrong.yaml:3:8  tasks: too short');
    expect(stderr).not.toContain('    at ');
  });
});
