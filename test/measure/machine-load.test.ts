import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allowedCores, busySecondsOf, loadWatch } from '../../src/measure/machine-load.js';

/** Columns: user, nice, system, idle, iowait, irq, softirq, steal, guest, guest_nice. */
const STAT = `cpu  600 0 60 900 9 6 6 60 0 0
cpu0 100 10 20 300 7 1 2 30 50 0
cpu1 200 0 20 300 1 2 2 20 0 0
cpu10 300 0 20 300 1 3 2 10 0 0
intr 12345
`;

it('adds up what the allowed cores have worked, idle and waiting time left out', () => {
  expect(busySecondsOf(STAT, [0])).toBeCloseTo(1.63);
  expect(busySecondsOf(STAT, [0, 10])).toBeCloseTo(1.63 + 3.35);
  expect(() => busySecondsOf(STAT, [2])).toThrow('no core 2');
});

it('reads which cores the process may use', () => {
  expect(allowedCores('Name:\tnode\nCpus_allowed:\t1f\nCpus_allowed_list:\t0-2,8,10-11\n')).toEqual([
    0, 1, 2, 8, 10, 11,
  ]);
});

describe('the load of a machine with two cores', () => {
  /** Both cores together, in seconds of the window. */
  function share({ seconds = 10, busy = 0, own = 0, threads = 2 }): number | undefined {
    const folder = mkdtempSync(join(tmpdir(), 'proc-'));
    mkdirSync(join(folder, 'self'));
    writeFileSync(join(folder, 'self/status'), 'Cpus_allowed_list:\t0-1\n');
    const state = { time: 500, own: 3 };
    const write = (ticks: number) =>
      writeFileSync(
        join(folder, 'stat'),
        `cpu0 ${1000 + ticks / 2} 0 0 5 5 0 0 0 0 0\ncpu1 ${ticks / 2} 0 0 5 5 0 0 0 0 0\n`,
      );
    write(0);
    const watch = loadWatch({
      ...{ procFolder: folder, threads, now: () => state.time },
      ownCpuSeconds: () => state.own,
    });
    watch.begin();
    write(100 * busy);
    state.time += 1000 * seconds;
    state.own += own;
    return watch.end();
  }

  it('is what others took of the cores that the engine works on', () => {
    expect(share({ busy: 20, own: 18 })).toBeCloseTo(0.1);
    expect(share({ busy: 20, own: 10 })).toBeCloseTo(0.5);
    expect(share({ busy: 18, own: 18 })).toBe(0);
  });

  it('takes the cores that the engine leaves free first', () => {
    expect(share({ busy: 20, own: 10, threads: 1 })).toBeCloseTo(0);
    expect(share({ busy: 20, own: 5, threads: 1 })).toBeCloseTo(0.5);
  });

  it('is unknown in a window that is too short, and where the counters stand still', () => {
    expect(share({ seconds: 0.4, busy: 0.8 })).toBeUndefined();
    expect(share({ busy: 0, own: 5 })).toBeUndefined();
  });

  it('is unknown where there is no /proc', () => {
    const watch = loadWatch({
      ...{ procFolder: '/nowhere', threads: 1, ownCpuSeconds: () => 0, now: () => 0 },
    });
    watch.begin();
    expect(watch.end()).toBeUndefined();
  });
});
