import { describe, expect, it } from 'vitest';
import { mcNemar } from '../../src/measure/mcnemar.js';
import { goldenJson } from '../fixtures/golden-file.js';

interface Case {
  firstOnlyCorrect: number;
  secondOnlyCorrect: number;
  exact: number;
  midP: number;
}
const { cases } = goldenJson<{ cases: Case[] }>('statistics/mcnemar.json');

describe("McNemar's test", () => {
  it.each(cases)('agrees with statsmodels on $firstOnlyCorrect against $secondOnlyCorrect', (golden) => {
    const { exact, midP } = mcNemar(golden.firstOnlyCorrect, golden.secondOnlyCorrect);
    expect(Math.abs(exact - golden.exact)).toBeLessThanOrEqual(1e-12 * golden.exact);
    expect(Math.abs(midP - golden.midP)).toBeLessThanOrEqual(1e-12 * golden.midP);
  });

  it('does not care which of the two comes first', () => {
    expect(mcNemar(3, 17)).toEqual(mcNemar(17, 3));
  });

  it('stands thousands of samples that disagree', () => {
    const { exact, midP } = mcNemar(9900, 10_100);
    expect(midP).toBeLessThan(exact);
    expect(midP).toBeGreaterThan(0.15);
    expect(mcNemar(0, 5000).midP).toBe(0);
  });
});
