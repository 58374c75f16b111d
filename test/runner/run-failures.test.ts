import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TurboError } from '../../src/errors/turbo-error.js';
import { openJournal } from '../../src/runner/journal.js';
import { WorkerCrash } from '../../src/runner/worker-process.js';
import { playedRun, report, statuses, workers } from './played-run.js';

const small = playedRun();

describe('a run in which something fails', () => {
  it('loses one trial to a crash, goes on in a new worker, and tries that trial again when it is told to', async () => {
    const crashing = workers((_, count) => {
      if (count === 1) throw new WorkerCrash('the worker process was ended by SIGKILL');
      return report();
    });
    const outcome = await small.run(crashing.start);
    expect(statuses(outcome)).toEqual(['completed', 'failed', 'completed']);
    expect(outcome.results[1]!.row.reason).toContain('SIGKILL');
    const order = crashing.log.filter((entry) => entry !== 'close');
    expect(order.slice(order.indexOf('pruning 2'), order.indexOf('pruning 2') + 3)).toEqual([
      'pruning 2',
      'start',
      'pruning 4',
    ]);
    const kept = await small.run(workers().start);
    expect(kept).toMatchObject({ kept: 3, ran: 0 });
    expect(statuses(kept)).toEqual(statuses(outcome));
    const before = readFileSync(join(small.folder, 'journal.jsonl'), 'utf8');
    const again = await small.run(workers().start, { retried: ['failed'] });
    expect(again).toMatchObject({ kept: 2, ran: 1 });
    expect(readFileSync(join(small.folder, 'journal.jsonl'), 'utf8').startsWith(before)).toBe(true);
    expect(statuses(again)).toEqual(['completed', 'completed', 'completed']);
  });

  it('keeps what a trial measured when the process dies that measures its memory, and leaves none running', async () => {
    const { start, log } = workers();
    const { results } = await small.run((setup) => {
      const worker = start(setup);
      return {
        ...worker,
        run: (job, onProgress) =>
          job.kind === 'memory'
            ? Promise.reject(new WorkerCrash('the worker was ended by SIGKILL'))
            : worker.run(job, onProgress),
      };
    });
    for (const { row } of results) {
      expect(row).toMatchObject({ status: 'completed', peakRssBytes: null, metrics: { top1: 0.5 } });
      expect(row.reason).toBe('the memory could not be measured: the worker was ended by SIGKILL');
    }
    const countOf = (event: string) => log.filter((entry) => entry === event).length;
    expect(countOf('close')).toBe(countOf('start'));
  });

  it('keeps trials that were not valid, and runs them again when it is told to', async () => {
    const disturbed = workers((_, count) => {
      const seen = report();
      if (seen.kind !== 'trial' || count !== 1) return seen;
      return { ...seen, otherLoad: 0.9 };
    });
    expect(statuses(await small.run(disturbed.start))).toEqual(['completed', 'invalid', 'completed']);
    expect(await small.run(workers().start, { retried: ['failed'] })).toMatchObject({ kept: 3, ran: 0 });
    const again = await small.run(workers().start, { retried: ['invalid'] });
    expect(again).toMatchObject({ kept: 2, ran: 1 });
    expect(statuses(again)).toEqual(['completed', 'completed', 'completed']);
    expect(await small.run(workers().start, { retried: ['invalid'] })).toMatchObject({ kept: 3, ran: 0 });
  });

  it('writes the reason of a failure down, with its value', async () => {
    const { start } = workers(() => {
      throw new TurboError('The model has no classification head', { value: 'vit' });
    });
    const outcome = await small.run(start);
    expect(statuses(outcome)).toEqual(['failed', 'failed', 'failed']);
    expect(outcome.results[0]!.row.reason).toBe('The model has no classification head ("vit")');
  });

  it('says that a torn or altered line is run again', async () => {
    await small.run(workers().start);
    const file = join(small.folder, 'journal.jsonl');
    const text = readFileSync(file, 'utf8');
    const lines = text.split('\n');
    writeFileSync(
      file,
      `${lines.slice(0, 2).join('\n')}\n${lines[2]!.replace('0.5', '0.9')}\n${lines[3]!.slice(0, 40)}`,
    );
    const notices: string[] = [];
    const outcome = await small.run(workers().start, { notices });
    expect(notices).toEqual(
      [
        'The last line of the journal (4) was cut off; its trial runs again.',
        'Line 3 of the journal is damaged; a trial that it held runs again.',
      ].sort((a, b) => (a.includes('(4)') ? 1 : -1) - (b.includes('(4)') ? 1 : -1)),
    );
    expect(outcome).toMatchObject({ kept: 1, ran: 2 });
    expect(outcome.results.map(({ row }) => row.metrics.top1)).toEqual([0.5, 0.5, 0.5]);
  });

  it('stops when it is told to, with everything kept that was finished', async () => {
    const controller = new AbortController();
    const stopping = workers((_, count) => {
      if (count < 1) return report();
      controller.abort();
      throw new WorkerCrash('the worker process was ended by SIGKILL');
    });
    const outcome = await small.run(stopping.start, { signal: controller.signal });
    expect(outcome).toMatchObject({ ran: 1, interrupted: true });
    expect(stopping.log).toContain('kill');
    expect(statuses(outcome)).toEqual(['completed']);
    expect(await small.run(workers().start)).toMatchObject({ kept: 1, ran: 2 });
  });

  it('ends with the error when the journal cannot be written any more', async () => {
    let writes = 0;
    const journal = openJournal(small.folder, false, () => new Date(), {
      write: (_, bytes) => {
        if (writes++ > 1) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
        return bytes.length;
      },
      sync: () => {},
    });
    const { start, log } = workers();
    await expect(small.run(start, { journal })).rejects.toThrow('the disk is full');
    expect(log.filter((entry) => entry.startsWith('pruning'))).toHaveLength(1);
    journal.close();
  });
});
