import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { smallWorld } from '../commands/small-world.js';
import { slowTrials } from './slow-trials.js';
import { journalOf, watchRun, workersOf } from './watched-run.js';

/** Of root alone, on a machine with control groups of version 1 or 2. */
const group = ['/sys/fs/cgroup/memory', '/sys/fs/cgroup']
  .filter((root) => existsSync(join(root, 'cgroup.procs')))
  .map((root) => join(root, `turbo-bench-${process.pid}`))[0];
const LIMITS = ['memory.limit_in_bytes', 'memory.max'];

/** Lets the kernel end a process as soon as it asks for more than a little. @returns whether that can be arranged here */
function starve(pid: number): boolean {
  if (group === undefined) return false;
  try {
    mkdirSync(group, { recursive: true });
    const limit = LIMITS.find((name) => existsSync(join(group, name)));
    if (limit === undefined) return false;
    writeFileSync(join(group, limit), '1000000');
    writeFileSync(join(group, 'cgroup.procs'), String(pid));
    return true;
  } catch {
    return false;
  }
}

const hasPrlimit = existsSync('/usr/bin/prlimit');

/** Lets no further allocation succeed, whatever the process gives back meanwhile. */
function allowNoMore(pid: number): void {
  const kilobytes = Number(/VmSize:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);
  execFileSync('prlimit', ['--pid', String(pid), `--as=${1024 * kilobytes - 256_000_000}`]);
}

describe.runIf(process.platform === 'linux' && hasPrlimit)(
  'a worker without memory',
  { timeout: 600_000 },
  () => {
    afterAll(() => {
      if (group !== undefined && existsSync(group)) rmdirSync(group);
    });

    it('fails its trial with that reason; the others run, and --retry-failed runs that one again', async () => {
      const world = await smallWorld();
      const slow = slowTrials(1, 5) as { measure: object };
      world.writeExperiment({
        ...slow,
        tasks: [{ task: 'throughput', images: 256 }],
        measure: { ...slow.measure, batchSize: 128 },
        engine: { name: 'onnxruntime', threads: 1 },
      });
      const run = watchRun(world, '--out', 'starved');
      await run.reaches(1);
      const [worker] = workersOf(run.child);
      allowNoMore(worker!);
      await run.says(/out of memory/);
      const next = (await run.worker(worker))!;
      const isStarved = starve(next);
      if (!isStarved) process.kill(next, 'SIGKILL');
      const { code, stderr } = await run.finished;
      expect(code, stderr).toBe(1);
      const folder = join(world.folder, 'starved');
      const { trials } = journalOf(folder);
      const failed = trials.filter(({ row }) => row.status === 'failed');
      expect(trials.length - failed.length, 'completed').toBe(3);
      expect(failed.map(({ row }) => row.reason)).toEqual([
        expect.stringMatching(/out of memory: lower measure\.batchSize, or free some memory/),
        expect.stringMatching(
          isStarved
            ? /by the system, because it ran out of memory: lower/
            : /SIGKILL \(out of memory, perhaps/,
        ),
      ]);
      for (const { row } of trials) expect(row.reason).not.toContain('\n');

      const before = readFileSync(join(folder, 'journal.jsonl'));
      const again = await watchRun(world, '--out', 'starved', '--retry-failed').finished;
      expect(again.code, again.stderr).toBe(0);
      expect(again.stdout).toContain('5 completed (2 run now, 3 kept from before)');
      const after = readFileSync(join(folder, 'journal.jsonl'));
      expect(after.subarray(0, before.length).equals(before)).toBe(true);
    });
  },
);
