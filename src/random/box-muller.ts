/**
 * Two normal numbers from two random words, with own logarithm, sine and cosine.
 *
 * Source: Box and Muller, Annals of Mathematical Statistics 29 (1958). JavaScript leaves the last bits of `Math.log` and
 * `Math.cos` to the engine; here they are series of + − × ÷, which IEEE 754 fixes to the bit, and `Math.sqrt`, which every
 * engine has from the processor, correctly rounded.
 */

/** How many words there are. */
const WORDS = 0x1_0000_0000;

/**
 * Independent normal numbers of mean 0 and variance 1, at most √(66 ln 2) ≈ 6.76 away from 0.
 *
 * @param radius unsigned 32-bit word; u = (radius + ½)/2³² is never 0
 * @param angle unsigned 32-bit word, a share of the full turn
 * @returns √(−2 ln u) times cosine and sine, in double precision
 */
export function boxMuller(radius: number, angle: number): [cosine: number, sine: number] {
  const length = Math.sqrt(-2 * logOfUniform(radius));
  const [cosine, sine] = unitCircle(angle);
  return [length * cosine, length * sine];
}

/** ln((word + ½)/2³²): powers of 2 are taken off, the rest by ln m = 2 artanh((m − 1)/(m + 1)), |(m − 1)/(m + 1)| < 0.172. */
function logOfUniform(word: number): number {
  const zeros = Math.clz32(word);
  const scale = zeros === 32 ? WORDS : (1 << zeros) >>> 0;
  let mantissa = ((word + 0.5) * scale) / WORDS;
  let exponent = -zeros;
  if (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    exponent -= 1;
  }
  const t = (mantissa - 1) / (mantissa + 1);
  const square = t * t;
  let sum = 0;
  for (let odd = 21; odd >= 1; odd -= 2) sum = sum * square + 1 / odd;
  return exponent * Math.LN2 + 2 * t * sum;
}

/** Cosine and sine of word/2³² turns: whole quarters are turned exactly, Taylor's series do the rest, at most 1/8 turn. */
function unitCircle(word: number): [cosine: number, sine: number] {
  const turned = word / (WORDS / 4);
  const quarters = Math.floor(turned + 0.5);
  const rest = (turned - quarters) * (Math.PI / 2);
  const square = rest * rest;
  let cosine = 1;
  let sine = 1;
  for (let even = 16; even >= 2; even -= 2) {
    cosine = 1 - (cosine * square) / (even * (even - 1));
    sine = 1 - (sine * square) / (even * (even + 1));
  }
  sine *= rest;
  if (quarters % 4 === 0) return [cosine, sine];
  if (quarters % 4 === 1) return [-sine, cosine];
  return quarters % 4 === 2 ? [-cosine, -sine] : [sine, -cosine];
}
