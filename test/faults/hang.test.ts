import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { smallWorld } from '../commands/small-world.js';
import { slowTrials } from './slow-trials.js';
import { journalOf, watchRun, workersOf } from './watched-run.js';

describe.runIf(process.platform === 'linux')('a worker that hangs', { timeout: 600_000 }, () => {
  it('is ended, its trial fails with that reason, and the others run', async () => {
    const world = await smallWorld();
    world.writeExperiment({ ...slowTrials(1), maxSilentSeconds: 10 });
    const run = watchRun(world, '--out', 'hung');
    await run.reaches(1);
    const [worker] = workersOf(run.child);
    process.kill(worker!, 'SIGSTOP');
    const { code, stdout, stderr } = await run.finished;
    expect(code, stderr).toBe(1);
    const { trials } = journalOf(join(world.folder, 'hung'));
    expect(trials.map(({ row }) => row.status)).toEqual(['completed', 'failed', 'completed']);
    expect(trials[1]!.row.reason).toMatch(/hung and was ended: no sign of life for 10 s/);
    expect(stdout).toContain('with --retry-failed it runs them again');
  });
});
