import { describe, expect, it } from 'vitest';
import {
  type AuditFindings,
  allowedRepeatSpeedup,
  auditFigures,
  outputsAgree,
  remembersResults,
} from '../../src/measure/audit.js';
import { violations } from '../../src/measure/validity.js';

const GOOD: AuditFindings = {
  images: 100,
  differingImages: 0,
  timedMetrics: { top1: 0.8, top5: 0.95 },
  untimedMetrics: { top1: 0.8, top5: 0.95 },
  firstMs: [10, 11, 10, 10, 12, 10],
  againMs: [10, 11, 10, 10, 12, 10],
};
const RECORDED = { top1: 0.8, top5: 0.95 };
const figures = (changes: Partial<AuditFindings> = {}, recorded: Record<string, number | null> = RECORDED) =>
  auditFigures({ ...GOOD, ...changes }, recorded, 0);

describe('the audit of accuracy', () => {
  it('passes where timed passes and accuracy pass put out the same', () => {
    expect(outputsAgree(figures())).toBe(true);
    expect(figures().worstMetric).toMatchObject({ relative: 0 });
  });

  it('passes where outputs differ in bits and no metric by more than MLPerf allows, 0.1 %', () => {
    const by = (share: number) =>
      figures({ differingImages: 40, timedMetrics: { top1: 0.8 * (1 - share), top5: 0.95 } });
    expect(outputsAgree(by(0.0009))).toBe(true);
    expect(outputsAgree(by(0.0011))).toBe(false);
  });

  it('fails where the journal holds another accuracy than the accuracy pass finds', () => {
    const seen = figures({}, { top1: 0.84, top5: 0.95 });
    expect(seen.worstMetric).toMatchObject({ name: 'top1', of: 'the journal', untimed: 0.8, other: 0.84 });
    expect(seen.worstMetric?.relative).toBeCloseTo(0.05);
    const [violation] = violations({ audit: seen });
    expect(violation).toMatchObject({ rule: 'audit-accuracy' });
    expect(violation?.reason).toBe('top1 is 0.84 in the journal and 0.8 in the accuracy pass');
  });

  it('fails where a metric is missing on one side, and takes NaN on both for the same', () => {
    expect(outputsAgree(figures({}, { top1: 0.8 }))).toBe(false);
    const notANumber = { rho: Number.NaN };
    const seen = figures({ timedMetrics: notANumber, untimedMetrics: notANumber }, notANumber);
    expect(outputsAgree(seen)).toBe(true);
  });

  it('asks for the same bits where nothing is scored', () => {
    const unscored = { timedMetrics: {}, untimedMetrics: {} };
    expect(outputsAgree(figures(unscored, {}))).toBe(true);
    const seen = figures({ ...unscored, differingImages: 3 }, {});
    expect(violations({ audit: seen })[0]?.reason).toBe(
      'the outputs of 3 of 100 images differ between timed passes and accuracy pass',
    );
  });
});

describe('the audit of caching', () => {
  const faster = (times: number, firstMs = GOOD.firstMs) =>
    figures({ firstMs, againMs: firstMs.map((ms) => ms / times) });

  it('allows repeated inputs to be 10 % faster, as MLPerf does', () => {
    expect(remembersResults(faster(1))).toBe(false);
    expect(remembersResults(faster(1.09))).toBe(false);
    expect(remembersResults(faster(1.11))).toBe(true);
    expect(remembersResults(faster(0.8))).toBe(false);
  });

  it('allows 20 % where a run is shorter than a fifth of a millisecond', () => {
    const short = GOOD.firstMs.map((ms) => ms / 100);
    expect(allowedRepeatSpeedup(faster(1, short))).toBe(1.2);
    expect(remembersResults(faster(1.15, short))).toBe(false);
    expect(remembersResults(faster(1.25, short))).toBe(true);
  });

  it('does not call it a cache where it may be chance', () => {
    const seen = figures({ firstMs: [10, 10, 10, 10, 10, 10], againMs: [8, 12, 8, 12, 8, 8.5] });
    expect(seen.repeatSpeedup).toBeGreaterThan(1.1);
    expect(seen.repeatSpeedupLow).toBeLessThan(1);
    expect(remembersResults(seen)).toBe(false);
  });

  it('says how much faster', () => {
    expect(violations({ audit: faster(3) })).toEqual([
      expect.objectContaining({
        rule: 'audit-caching',
        reason: 'an input runs 3.00 times faster when it comes again, at most 1.10 times allowed',
      }),
    ]);
  });
});
