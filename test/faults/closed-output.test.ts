import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SmallWorld, smallWorld } from '../commands/small-world.js';
import { slowTrials } from './slow-trials.js';
import { journalOf } from './watched-run.js';

let world: SmallWorld;
beforeAll(async () => {
  world = await smallWorld();
  world.writeExperiment(slowTrials(0.2));
});

describe.runIf(process.platform !== 'win32')('output that nobody takes', { timeout: 600_000 }, () => {
  it('ends a command without a word when its reader has seen enough', async () => {
    const { code, stdout, stderr } = await world.shell(
      'set -o pipefail; $turbo plan small.yaml --json | head -c 1',
    );
    expect(stdout).toBe('{');
    expect(stderr).not.toMatch(/EPIPE|Error| at /);
    expect(code).toBe(0);
  });

  it('lets a run go on to its end when both of its outputs are closed', async () => {
    const { code } = await world.shell(
      'set -o pipefail; $turbo run small.yaml --out piped 2>&1 | head -1; echo $PIPESTATUS > code',
    );
    expect(code).toBe(0);
    expect((await world.shell('cat code')).stdout).toBe('0\n');
    expect(journalOf(join(world.folder, 'piped')).trials).toHaveLength(3);
    expect(existsSync(join(world.folder, 'piped/results.csv'))).toBe(true);
  });

  it.runIf(existsSync('/dev/full'))('says so when a full disk swallows what was asked for', async () => {
    const { code, stderr } = await world.shell('$turbo plan small.yaml > /dev/full');
    expect(stderr).toContain('Error: Cannot write to standard output: the disk is full');
    expect(stderr).not.toContain('    at ');
    expect(code).toBe(2);
  });
});
