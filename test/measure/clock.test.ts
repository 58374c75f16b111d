import { expect, it } from 'vitest';
import { clockStepMs, monotonicNow } from '../../src/measure/clock.js';
import { peakRssBytes } from '../../src/measure/memory.js';

it('finds the step of a clock', () => {
  let reads = 0;
  expect(clockStepMs(() => Math.floor(reads++ / 4) * 5)).toBe(5);
});

it('gives up on a clock that stands still', () => {
  expect(clockStepMs(() => 7, 1)).toBe(0);
});

it('never goes back', () => {
  const first = monotonicNow();
  expect(monotonicNow()).toBeGreaterThanOrEqual(first);
});

it('reads the peak memory in bytes', () => {
  expect(peakRssBytes(() => ({ maxRSS: 3 }))).toBe(3072);
  expect(peakRssBytes()).toBeGreaterThan(10e6);
});
