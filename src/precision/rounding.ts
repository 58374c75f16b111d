/** Rounding as float32 hardware does it. */

/** 1.5 · 2²³: beside it a float32 has no fraction left. */
const WHOLE = 12_582_912;

/** `value / scale` in float32, rounded to the nearest whole number, halves to the even one; exact below 2²². */
export function roundedQuotient(value: number, scale: number): number {
  return Math.fround(Math.fround(Math.fround(value / scale) + WHOLE) - WHOLE);
}
