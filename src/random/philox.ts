/**
 * Philox 4×32-10: four random words for any key and counter, each computed alone, with nothing kept from word to word.
 *
 * Source: Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011, section 3.3; constants and known answers of
 * Random123 (github.com/DEShawResearch/random123). Integer arithmetic alone, so the same on every machine.
 */

/** Four 32-bit words, the lowest first. */
export type FourWords = readonly [number, number, number, number];

const ROUNDS = 10;
const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
/** Added to the key after every round: the golden ratio and √3 − 1. */
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

/**
 * The words that belong to a counter under a key.
 *
 * @param counter four unsigned 32-bit words
 * @param key two unsigned 32-bit words
 * @returns four unsigned 32-bit words
 */
export function philox4x32(counter: FourWords, key: readonly [number, number]): FourWords {
  let [a, b, c, d] = counter;
  let [left, right] = key;
  for (let round = 0; round < ROUNDS; round++) {
    const nextA = highWord(MULTIPLIER_1, c) ^ b ^ left;
    const nextC = highWord(MULTIPLIER_0, a) ^ d ^ right;
    b = Math.imul(MULTIPLIER_1, c);
    d = Math.imul(MULTIPLIER_0, a);
    a = nextA;
    c = nextC;
    left = (left + WEYL_0) | 0;
    right = (right + WEYL_1) | 0;
  }
  return [a >>> 0, b >>> 0, c >>> 0, d >>> 0];
}

/** The upper 32 bits of a product of two words, from halves of 16 bits: no sum of them reaches 2³². */
function highWord(x: number, y: number): number {
  const xHigh = x >>> 16;
  const xLow = x & 0xffff;
  const yHigh = y >>> 16;
  const yLow = y & 0xffff;
  const middle = xHigh * yLow + ((xLow * yLow) >>> 16);
  const other = xLow * yHigh + (middle & 0xffff);
  return xHigh * yHigh + (middle >>> 16) + (other >>> 16);
}
