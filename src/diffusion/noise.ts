/**
 * Seeded noise: the same seed, stream and element give the same float32 on every engine and machine, and any element can be made
 * alone.
 *
 * Philox 4×32-10 (../random/philox.ts) under the key (seed mod 2³², seed div 2³²), with the counter
 * (element div 4, step, picture, purpose); of its four words the first two make elements 0 and 1 of the four, the others 2 and 3
 * (../random/box-muller.ts).
 */
import { TurboError } from '../errors/turbo-error.js';
import { boxMuller } from '../random/box-muller.js';
import { type FourWords, philox4x32 } from '../random/philox.js';

/** What noise is for; the number is a word of the counter and never changes. */
const PURPOSES = { 'initial-latents': 0, ancestral: 1, 'vae-posterior': 2, partition: 3 } as const;
/** 2³², how many words there are. */
const WORDS = 0x1_0000_0000;

export type NoisePurpose = keyof typeof PURPOSES;

/** One sequence of random elements, independent of all others. */
export interface NoiseStream {
  /** An integer from 0 to 2⁵³ − 1. */
  readonly seed: number;
  /** `initial-latents` also serve image-to-image, where they are added to the encoded image. */
  readonly purpose: NoisePurpose;
  /** Which picture of those that share the seed; 0 unless told. */
  readonly picture?: number;
  /** Which denoising step; 0 unless told. */
  readonly step?: number;
}

/**
 * Normal numbers of mean 0 and variance 1.
 *
 * @param first the element of the stream to begin with
 * @returns [count], rounded to float32 once
 * @throws TurboError when the seed is not an integer from 0 to 2⁵³ − 1
 */
export function gaussianNoise(stream: NoiseStream, count: number, first = 0): Float32Array {
  return filled(new Float32Array(count), stream, first, (words) => [
    ...boxMuller(words[0], words[1]),
    ...boxMuller(words[2], words[3]),
  ]);
}

/**
 * Integers from 0 to `bound` − 1, as `floor(word · bound / 2³²)`.
 *
 * @param bound at most 2³¹; its excess over a divisor of 2³² makes an integer more likely by bound/2³² at most
 * @returns [count]
 * @throws TurboError when the seed is not an integer from 0 to 2⁵³ − 1
 */
export function randomIntegers(stream: NoiseStream, bound: number, count: number, first = 0): Int32Array {
  return filled(new Int32Array(count), stream, first, (words) =>
    words.map((word) => Math.floor((word / WORDS) * bound)),
  );
}

/** Fills `out` with the elements from `first` on, made four at a time. */
function filled<Elements extends Float32Array | Int32Array>(
  out: Elements,
  { seed, purpose, picture = 0, step = 0 }: NoiseStream,
  first: number,
  elementsOf: (words: FourWords) => readonly number[],
): Elements {
  const key = keyOf(seed);
  for (let block = Math.floor(first / 4); block * 4 < first + out.length; block++) {
    const words = philox4x32([block, step, picture, PURPOSES[purpose]], key);
    elementsOf(words).forEach((element, lane) => {
      const at = block * 4 + lane - first;
      if (at >= 0 && at < out.length) out[at] = element;
    });
  }
  return out;
}

function keyOf(seed: number): readonly [number, number] {
  if (Number.isSafeInteger(seed) && seed >= 0) return [seed >>> 0, Math.floor(seed / WORDS)];
  throw new TurboError('the seed of the noise is out of range', {
    value: seed,
    allowed: `an integer from 0 to ${Number.MAX_SAFE_INTEGER}`,
  });
}
