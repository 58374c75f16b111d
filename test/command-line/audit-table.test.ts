import { expect, it } from 'vitest';
import { auditSummary, auditTable } from '../../src/command-line/audit-table.js';
import type { TrialAudit } from '../../src/runner/audit-journal.js';

const FIGURES = {
  ...{ images: 2000, differingImages: 12, firstMedianMs: 80, rounds: 12 },
  ...{ repeatSpeedup: 1.004, repeatSpeedupLow: 0.997, repeatSpeedupHigh: 1.011 },
  worstMetric: { name: 'top1', untimed: 0.8, other: 0.8004, of: 'the journal', relative: 0.0005 },
} as const;
const AUDITS: readonly TrialAudit[] = [
  { trial: '0a1b2c3d', label: 'emoji-clip knn none', result: 'passed', figures: FIGURES, reasons: [] },
  {
    trial: '1a1b2c3d',
    label: 'emoji-clip knn tome',
    result: 'failed',
    figures: null,
    reasons: ['it crashed'],
  },
  { trial: '2a1b2c3d', label: 'emoji-clip semantic-validity', result: 'none', figures: null, reasons: [] },
];

it('shows the figures of both audits, and the reasons below', () => {
  const lines = auditTable(AUDITS).split('\n');
  expect(lines[0]).toMatch(/id .*trial .*result .*equal outputs .*metrics off by .*repeated input/);
  expect(lines[2]).toMatch(/passed +1988 of 2000 +0\.050 % +1\.004× +\[0\.997, 1\.011\]$/);
  expect(lines.at(-1)).toBe('Failed: 1a1b2c3d: it crashed');
});

it('counts what was audited', () => {
  expect(auditSummary(AUDITS)).toBe('1 of 2 trials passed, 1 failed. 1 times nothing and was not audited.');
});
