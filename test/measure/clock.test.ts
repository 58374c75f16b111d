import { expect, it } from 'vitest';
import { clockStepMs, monotonicNow, watchedClock } from '../../src/measure/clock.js';

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

it('remembers the largest step backwards', () => {
  const times = [5, 9, 7, 8, 2, 20];
  const clock = watchedClock(() => times.shift()!);
  expect(Array.from({ length: 6 }, () => clock.now())).toEqual([5, 9, 7, 8, 2, 20]);
  expect(clock.backwardMs()).toBe(6);
  expect(watchedClock(monotonicNow).backwardMs()).toBe(0);
});
