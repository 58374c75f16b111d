import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { smallWorld } from '../commands/small-world.js';
import { slowTrials } from './slow-trials.js';
import { journalOf } from './watched-run.js';

/** Sets the clock of the wall back by an hour whenever it is asked, in the run and in its workers. */
const BACKWARDS = `
const Real = Date;
let hours = 0;
const now = () => Real.now() - 3_600_000 * hours++;
globalThis.Date = class extends Real {
  constructor(...parts) { super(...(parts.length === 0 ? [now()] : parts)); }
  static now() { return now(); }
};
`;
const before = process.env.NODE_OPTIONS;
afterAll(() => {
  if (before === undefined) delete process.env.NODE_OPTIONS;
  else process.env.NODE_OPTIONS = before;
});

describe('a clock that jumps backwards', { timeout: 600_000 }, () => {
  it('changes no result and no duration, and a rerun keeps everything', async () => {
    const world = await smallWorld();
    const preload = join(world.folder, 'backwards.mjs');
    writeFileSync(preload, BACKWARDS);
    process.env.NODE_OPTIONS = `${before ?? ''} --import ${preload}`;
    world.writeExperiment(slowTrials(0.5));
    const { code, stderr } = await world.start('run', 'small.yaml', '--out', 'back').finished;
    expect(code, stderr).toBe(0);
    const { trials } = journalOf(join(world.folder, 'back'));
    const started = trials.map(({ startedAt }) => Date.parse(startedAt));
    expect(started).toEqual([...started].sort((a, b) => b - a));
    for (const { seconds, row } of trials) {
      expect(seconds).toBeGreaterThan(0.5);
      expect(seconds).toBeLessThan(600);
      expect(row).toMatchObject({ status: 'completed', reason: expect.not.stringContaining('clock') });
    }
    const again = await world.start('run', 'small.yaml', '--out', 'back').finished;
    expect(again.stdout).toContain('(0 run now, 3 kept from before)');
  });
});
