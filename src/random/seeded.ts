/**
 * A small seeded generator with named streams: the project's source of chance, but for the noise of diffusion (philox.ts).
 *
 * Generator: sfc32 by Chris Doty-Humphrey (PractRand 0.95), 128 bits of state, passes PractRand and BigCrush.
 * Keys are hashed with 32-bit FNV-1a followed by the finaliser of MurmurHash3, so `seededRandom(0, 'scene', 12)` and
 * `seededRandom(0, 'scene', 13)` are independent streams: a sample depends on its key, never on what was drawn before it.
 */
import { TurboError } from '../errors/turbo-error.js';

/** A stream of random numbers; every call advances it. */
export interface SeededRandom {
  /** A number in [0, 1) with 32 random bits. */
  uniform(): number;
  /** A number in [low, high). */
  between(low: number, high: number): number;
  /** An integer in [0, count). */
  integer(count: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** A standard normal number (Box and Muller, 1958). */
  normal(): number;
  /** One item, all equally likely. */
  pick<T>(items: readonly T[]): T;
  /** The index of one weight, as likely as the weight is large. */
  weighted(weights: readonly number[]): number;
  /** The items in random order (Fisher and Yates), as a new array. */
  shuffle<T>(items: readonly T[]): T[];
}

/** The stream that belongs to these keys; equal keys give equal streams on every machine. */
export function seededRandom(...keys: readonly (string | number)[]): SeededRandom {
  const next = sfc32(hash32(JSON.stringify(keys)));
  const uniform = (): number => next() / 2 ** 32;
  const integer = (count: number): number => Math.floor(uniform() * count);
  return {
    uniform,
    integer,
    between: (low, high) => low + (high - low) * uniform(),
    chance: (probability) => uniform() < probability,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    pick: (items) => {
      if (items.length === 0) throw emptyChoice('pick');
      return items[integer(items.length)]!;
    },
    weighted: (weights) => {
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      if (!(total > 0)) throw emptyChoice('weighted');
      let left = uniform() * total;
      for (let index = 0; index < weights.length; index++) {
        left -= weights[index]!;
        if (left < 0) return index;
      }
      return weights.findLastIndex((weight) => weight > 0);
    },
    shuffle: (items) => {
      const out = [...items];
      for (let last = out.length - 1; last > 0; last--) {
        const other = integer(last + 1);
        [out[last], out[other]] = [out[other]!, out[last]!];
      }
      return out;
    },
  };
}

/** FNV-1a over UTF-16 units, then the avalanche step of MurmurHash3. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** sfc32 seeded as its author does it: the seed in three words, counter 1, then 15 rounds thrown away. */
function sfc32(seed: number): () => number {
  let a = seed;
  let b = seed ^ 0x9e3779b9;
  let c = hash32(`sfc32 ${seed}`);
  let counter = 1;
  const next = (): number => {
    const out = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + out) | 0;
    return out >>> 0;
  };
  for (let round = 0; round < 15; round++) next();
  return next;
}

function emptyChoice(call: string): TurboError {
  return new TurboError(`SeededRandom.${call} has nothing to choose from`, {
    next: 'Give it at least one item of positive weight.',
  });
}
