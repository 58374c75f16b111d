/** Compares tensors as the goldens state it: `|actual − expected| ≤ atol + rtol · |expected|`, element by element. */
import { expect } from 'vitest';

export function closeTo(
  actual: Float32Array,
  expected: Float32Array,
  { atol, rtol }: { readonly atol: number; readonly rtol: number },
): void {
  expect(actual.length).toBe(expected.length);
  const excess = actual.map(
    (value, at) => Math.abs(value - expected[at]!) - (atol + rtol * Math.abs(expected[at]!)),
  );
  const worst = excess.reduce((most, value, at) => (!(value <= excess[most]!) ? at : most), 0);
  expect(excess[worst], `element ${worst}: ${actual[worst]} for ${expected[worst]}`).toBeLessThanOrEqual(0);
}
