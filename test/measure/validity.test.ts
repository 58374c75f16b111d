import { describe, expect, it } from 'vitest';
import { countNonFinite, DEFAULT_BOUNDS, type Observation, violations } from '../../src/measure/validity.js';

const GOOD: Observation = {
  timing: { count: 20, medianMs: 50, madMs: 1 },
  clockStepMs: 0.001,
  clockBackMs: 0,
  otherLoad: 0.02,
  device: { asked: 'cpu', ran: 'cpu' },
  nonFiniteOutputs: 0,
  tokenMass: { expected: 197, afterBlock: [197, 197, 197] },
  predictionCount: 100,
  sampleCount: 100,
  skippedSamples: 0,
};

describe('the validity of a trial', () => {
  it('is not in doubt when every rule holds', () => {
    expect(violations(GOOD)).toEqual([]);
  });

  it('asks nothing of what was not measured', () => {
    expect(violations({})).toEqual([]);
  });

  it.each<[string, Observation, RegExp]>([
    ['too-few-runs', { timing: { count: 4, medianMs: 50, madMs: 1 } }, /4 timed runs, at least 5/],
    ['noise', { timing: { count: 20, medianMs: 50, madMs: 6 } }, /12\.0 %.*at most 10\.0 %/],
    ['drift', { drift: { change: -0.2, low: -0.3, high: -0.1 } }, /drifted by -20\.0 %.*at most 10\.0 %/],
    ['timer-too-coarse', { clockStepMs: 1 }, /50 ms is too short for a clock with steps of 1 ms/],
    ['clock-backwards', { clockBackMs: 3 }, /went back by 3 ms/],
    ['other-load', { otherLoad: 0.5 }, /took 50\.0 % of the engine's cores.*at most 25\.0 %/],
    ['wrong-device', { device: { asked: 'cuda', ran: 'cpu' } }, /ran on cpu and was asked for cuda/],
    ['output-not-finite', { nonFiniteOutputs: 3 }, /3 output values/],
    [
      'token-mass',
      { tokenMass: { expected: 197, afterBlock: [197, 196, 180] } },
      /196 after block 1 instead of 197/,
    ],
    [
      'token-mass',
      { tokenMass: { expected: 197, afterBlock: [Number.NaN] } },
      /add up to NaN instead of 197/,
    ],
    ['prediction-count', { predictionCount: 96 }, /96 predictions for 100 samples/],
    ['skipped-samples', { skippedSamples: 2 }, /2 samples could not be read/],
  ])('breaks the rule %s with its numbers and a remedy', (rule, change, reason) => {
    const broken = violations({ ...GOOD, ...change });
    expect(broken.map((violation) => violation.rule)).toEqual([rule]);
    expect(broken[0]!.reason).toMatch(reason);
    expect(broken[0]!.remedy).toMatch(/\.$/);
  });

  it('names every broken rule', () => {
    const rules = violations({ nonFiniteOutputs: 1, predictionCount: 1, sampleCount: 2 });
    expect(rules.map(({ rule }) => rule)).toEqual(['output-not-finite', 'prediction-count']);
  });

  it('tolerates what the experiment tolerates', () => {
    const bounds = { ...DEFAULT_BOUNDS, maxOtherLoad: 1, minRuns: 1, maxRelativeMad: 0.5 };
    const seen = { ...GOOD, otherLoad: 0.9, timing: { count: 1, medianMs: 50, madMs: 20 } };
    expect(violations(seen, bounds)).toEqual([]);
  });

  it('survives skipped samples when the experiment says so', () => {
    expect(violations({ ...GOOD, skippedSamples: 2 }, { ...DEFAULT_BOUNDS, skipBadSamples: true })).toEqual(
      [],
    );
  });

  it('counts what is not finite', () => {
    expect(countNonFinite(Float32Array.of(1, Number.NaN, Number.POSITIVE_INFINITY))).toBe(2);
  });
});
