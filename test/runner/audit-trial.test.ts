import { describe, expect, it } from 'vitest';
import { type Session, tensorData } from '../../src/engines/index.js';
import { auditFigures } from '../../src/measure/audit.js';
import { auditJournal } from '../../src/runner/audit-journal.js';
import { auditTrial } from '../../src/runner/audit-trial.js';
import { type PreparedTask, rowStore } from '../../src/tasks/task.js';
import { trialLine } from './row.js';
import { planSmall } from './small-plan.js';

const SAMPLES = Array.from({ length: 10 }, (_, number) => ({
  id: `image ${number}`,
  image: { kind: 'pixels' as const, width: 1, height: 1, data: new Uint8Array(3).fill(number) },
}));
const POOL = {
  threads: 0,
  preprocess: async (image: unknown) => new Float32Array(3).fill((image as { data: Uint8Array }).data[0]!),
  close: async () => {},
};

/** Right where the feature is ten times the picture's number. */
const TASK: PreparedTask = {
  ...{ kind: 'scored', samples: SAMPLES, references: [], outputs: ['features'] },
  ...{ decodes: false, metricsNote: '' },
  start() {
    const rows = rowStore(SAMPLES.length);
    return {
      add: (positions, outputs) => rows.set(positions, outputs.features!),
      addReference: () => {},
      count: () => rows.count(),
      score() {
        const { rows: values, positions } = rows.filled();
        const right = positions.filter((position, row) => Math.round(values[row]!) === position * 10);
        return { right: right.length / SAMPLES.length };
      },
    };
  },
};

/** Sessions on a clock that moves only when one of them works: 10 ms for each pass. */
function world() {
  let time = 0;
  const seen: string[] = [];
  const session = (answer: (pixel: number) => number, remembers = false): Session => {
    const known = new Set<string>();
    return {
      device: 'cpu',
      async run({ pixel_values }) {
        const input = String(pixel_values!.data);
        seen.push(input);
        time += remembers && known.has(input) ? 1 : 10;
        known.add(input);
        const images = pixel_values!.shape[0]!;
        const rows = Float32Array.from({ length: images }, (_, image) =>
          answer(Number(pixel_values!.data[image * 3])),
        );
        return { features: tensorData(rows, [images, 1]) };
      },
      release: async () => {},
    };
  };
  const audit = async (timed: Session, untimed: Session) =>
    auditTrial(
      {
        ...{ task: TASK, pool: POOL, image: { height: 1, width: 1, channels: 3 }, tokenMass: null },
        ...{ timing: { warmupSeconds: 0, minSeconds: 0, minRuns: 6 }, batchSize: 4, now: () => time },
        ...{ baseline: null, variant: { encoder: timed, textSide: null } },
      },
      { encoder: untimed, textSide: null },
    );
  return { session, audit, seen };
}
const honest = (pixel: number): number => 10 * pixel;

describe('auditTrial', () => {
  it('finds the same outputs and the same times of an honest model', async () => {
    const { session, audit } = world();
    const findings = await audit(session(honest), session(honest));
    expect(findings).toMatchObject({ images: 10, differingImages: 0 });
    expect(findings.timedMetrics).toEqual({ right: 1 });
    expect(findings.untimedMetrics).toEqual({ right: 1 });
    expect(findings.firstMs.length).toBeGreaterThanOrEqual(6);
    expect(auditFigures(findings, { right: 1 }, 0).repeatSpeedup).toBe(1);
  });

  it('finds outputs of timed passes that the accuracy pass does not give', async () => {
    const { session, audit } = world();
    const lazy = (pixel: number): number => (Math.round(pixel) < 3 ? honest(pixel) : 0);
    const findings = await audit(session(lazy), session(honest));
    expect(findings).toMatchObject({ images: 10, differingImages: 7, timedMetrics: { right: 0.3 } });
  });

  it('finds a memory of results, and is not deceived by samples that come round again', async () => {
    const { session, audit, seen } = world();
    const findings = await audit(session(honest, true), session(honest));
    const { repeatSpeedup } = auditFigures(findings, { right: 1 }, 0);
    expect(repeatSpeedup).toBe(10);
    // Every timed input of the second part comes twice in a row, and never later.
    const rounds = findings.firstMs.length;
    const pairs = seen.slice(-2 * rounds);
    for (let at = 0; at < pairs.length; at += 2) expect(pairs[at]).toBe(pairs[at + 1]);
    expect(new Set(pairs).size).toBe(rounds);
  });
});

describe('auditJournal', () => {
  const findings = {
    ...{ images: 6, differingImages: 0, timedMetrics: { top1: 0.5 }, untimedMetrics: { top1: 0.5 } },
    ...{ firstMs: [5, 5, 5], againMs: [5, 5, 5] },
  };

  it('holds each trial against its line, and goes on when one cannot be run', async () => {
    const plan = await planSmall();
    const trials = plan.trials.map((planned, at) => ({
      planned,
      line: trialLine(planned.fingerprint, { metrics: { top1: at === 1 ? 0.7 : 0.5 } }),
    }));
    const crew = {
      async audit({ id }: { id: string }) {
        if (id === plan.trials[2]!.id) throw new Error('the worker process was ended by SIGKILL');
        return findings;
      },
    };
    const told: number[] = [];
    const audits = await auditJournal(trials, crew, 0, (_, number) => told.push(number));
    expect(audits.map(({ result }) => result)).toEqual(['passed', 'failed', 'failed']);
    expect(audits[1]!.reasons[0]).toMatch(
      /^top1 is 0\.7 in the journal and 0\.5 in the accuracy pass: The timed/,
    );
    expect(audits[2]).toMatchObject({ figures: null, reasons: ['the worker process was ended by SIGKILL'] });
    expect(told).toEqual([1, 2, 3]);
  });

  it('has nothing to say of a task that times nothing', async () => {
    const { trials } = await planSmall();
    const line = trialLine(trials[0]!.fingerprint);
    const audits = await auditJournal([{ planned: trials[0]!, line }], { audit: async () => null }, 0);
    expect(audits).toEqual([expect.objectContaining({ result: 'none', figures: null, reasons: [] })]);
  });
});
