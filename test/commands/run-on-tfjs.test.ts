import { expect, it } from 'vitest';
import { smallWorld } from './small-world.js';

it('runs an experiment on TensorFlow.js, and says so', { timeout: 240_000 }, async () => {
  const world = await smallWorld();
  world.writeExperiment({
    engine: { name: 'tfjs', device: 'wasm' },
    reduction: [{ method: 'tome', tokensPerLayer: 4 }],
    measure: { batchSize: 4, minSeconds: 0, minRuns: 5, warmupSeconds: 0, memory: false, peak: false },
  });
  const { stdout, stderr, code } = await world.start('run', 'small.yaml', '--json').finished;
  expect(code, stderr).toBe(0);
  const { rows } = JSON.parse(stdout);
  expect(rows).toHaveLength(2);
  for (const row of rows) {
    expect(['completed', 'invalid']).toContain(row.status);
    expect(row.reason).not.toContain('the engine ran on');
    expect(row).toMatchObject({ device: 'TFJS WASM, 1 thread', samples: 14 });
    expect(row.metrics.top1).toBeGreaterThanOrEqual(0);
  }
});
