import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { planOfJournal } from '../../src/command-line/plan-of-journal.js';
import { formatLine, type JournalLine, parseJournal } from '../../src/runner/journal-lines.js';
import { type SmallWorld, smallWorld } from './small-world.js';

let world: SmallWorld;
beforeAll(async () => {
  world = await smallWorld();
});

// Every command starts two processes, which takes its time on a busy machine.
describe('turbo-bench audit', { timeout: 240_000 }, () => {
  it('passes an honest trial, and fails one of which the journal holds another accuracy', async () => {
    world.writeExperiment({
      reduction: [{ method: 'tome', tokensPerLayer: 4 }],
      measure: { batchSize: 4, minSeconds: 0, minRuns: 5, warmupSeconds: 0, memory: false, peak: false },
    });
    expect((await world.start('run', 'small.yaml', '--limit', '8').finished).code).toBe(0);

    const file = join(world.folder, 'reports/small/journal.jsonl');
    const altered = parseJournal(readFileSync(file)).lines.map((line) =>
      line.kind === 'trial' && line.row.method === 'tome'
        ? { ...line, row: { ...line.row, metrics: { ...line.row.metrics, top1: 0.99 } } }
        : line,
    );
    writeFileSync(file, altered.map(formatLine).join(''));
    const { code, stdout, stderr } = await world.start('audit', 'reports/small', '--json').finished;
    expect(stderr).toContain('vit classification tiny tome tokensPerLayer=4: failed');
    const [honest, dishonest] = JSON.parse(stdout).audits;
    expect(honest.figures).toMatchObject({ images: 8, differingImages: 0, worstMetric: { relative: 0 } });
    // On a busy machine its time may scatter; the outputs never do.
    expect(honest.reasons.filter((reason: string) => !reason.includes('comes again'))).toEqual([]);
    expect(dishonest.result).toBe('failed');
    expect(dishonest.figures).toMatchObject({ images: 8, differingImages: 0 });
    expect(dishonest.reasons[0]).toContain('top1 is 0.99 in the journal');
    expect(code).toBe(1);
  });

  it('says what is missing where there is no journal, or none of its trials', async () => {
    const silent = (): void => {};
    const empty = mkdtempSync(join(tmpdir(), 'audit-'));
    await expect(planOfJournal(empty, [], silent)).rejects.toThrow('There is no journal in this folder');
    const { lines } = parseJournal(readFileSync(join(world.folder, 'reports/small/journal.jsonl')));
    const write = (kept: readonly JournalLine[]): void =>
      writeFileSync(join(empty, 'journal.jsonl'), kept.map(formatLine).join(''));
    write(lines.filter(({ kind }) => kind !== 'run'));
    await expect(planOfJournal(empty, [], silent)).rejects.toThrow('does not say how its trials were run');
  });
});
