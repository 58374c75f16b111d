/**
 * The standard normal distribution function and its inverse, to double precision.
 *
 * Sources: Φ by its Taylor-like series and Mills' continued fraction (Abramowitz and Stegun 26.2.11 and 26.2.14);
 * Φ⁻¹ by Newton's method on Φ from the rational start of Abramowitz and Stegun 26.2.23.
 */

const SQRT_TWO_PI = Math.sqrt(2 * Math.PI);
/** Beyond this the series loses digits to cancellation and the fraction converges in few terms. */
const SERIES_LIMIT = 3;

/** Probability that a standard normal number is at most `x`. */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (Math.abs(x) > 39) return x > 0 ? 1 : 0;
  const density = Math.exp((-x * x) / 2) / SQRT_TWO_PI;
  if (Math.abs(x) < SERIES_LIMIT) return 0.5 + density * oddSeries(x);
  const tail = density / millsFraction(Math.abs(x));
  return x > 0 ? 1 - tail : tail;
}

/** The `x` with `normalCdf(x) = probability`; ±Infinity at 1 and 0. */
export function normalQuantile(probability: number): number {
  if (!(probability > 0)) return probability === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (probability >= 1) return probability === 1 ? Number.POSITIVE_INFINITY : Number.NaN;
  if (probability > 0.5) return -normalQuantile(1 - probability);
  const t = Math.sqrt(-2 * Math.log(probability));
  let x =
    (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let step = 0; step < 4; step++) {
    const density = Math.exp((-x * x) / 2) / SQRT_TWO_PI;
    const newton = (normalCdf(x) - probability) / density;
    x -= newton / (1 + (x * newton) / 2);
  }
  return x;
}

/** x + x³/3 + x⁵/(3·5) + x⁷/(3·5·7) + … */
function oddSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let odd = 3; Math.abs(term) > 1e-18 * Math.abs(sum) && odd < 400; odd += 2) {
    term *= (x * x) / odd;
    sum += term;
  }
  return sum;
}

/** x + 1/(x + 2/(x + 3/(x + …))), from the inside out. */
function millsFraction(x: number): number {
  let value = x;
  for (let depth = 200; depth > 0; depth--) value = x + depth / value;
  return value;
}
