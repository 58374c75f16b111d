import { describe, expect, it } from 'vitest';
import { runSummary } from '../../src/command-line/run-summary.js';
import type { RunOutcome } from '../../src/runner/run-experiment.js';

describe('the summary of a run', () => {
  const summaryOf = (failures: number): string[] => {
    const results = Array.from({ length: failures }, (_, at) => ({
      row: { trial: `t${at}`, method: 'turbo', status: 'failed', reason: `reason ${at}` },
    }));
    const outcome = { results, others: 0, kept: 0, ran: failures, interrupted: false };
    return runSummary(outcome as unknown as RunOutcome, failures, 'out', [], []).split('\n');
  };

  it('tells five failures with their reasons, and how many more there are', () => {
    const told = (failures: number) => summaryOf(failures).filter((line) => line.startsWith('Failed: '));
    expect(told(5)).toEqual([0, 1, 2, 3, 4].map((at) => `Failed: t${at} turbo: reason ${at}`));
    expect(told(7)).toHaveLength(6);
    expect(told(7).at(-1)).toBe('Failed: and 2 more; results.csv has the reason of every one.');
  });
});
