/**
 * Procedural patterns: each maps a place to a shade between 0 and 1.
 *
 * Value noise and its octaves after Perlin (SIGGRAPH 1985) in Ebert et al., "Texturing and Modeling", chapter 2;
 * pebbles are Worley's cells (SIGGRAPH 1996).
 */
import type { SeededRandom } from '../../src/random/seeded.js';

/** A shade at (x, y) in pixels. */
export type Shade = (x: number, y: number) => number;

/** The adjectives that captions use, each with the maker of one random instance. */
export const patterns: Readonly<Record<string, (random: SeededRandom) => Shade>> = {
  speckled: (random) => {
    const fine = noise(random, random.between(2, 5));
    const coarse = noise(random, random.between(12, 30));
    return (x, y) => (fine(x, y) > 0.62 ? 1 : 0.25 + 0.3 * coarse(x, y));
  },
  cloudy: (random) => octaves(random, random.between(40, 80), 4),
  striped: (random) => {
    const period = random.between(9, 30);
    const share = random.between(0.35, 0.65);
    const across = direction(random.between(0, Math.PI));
    const jitter = noise(random, 25);
    return (x, y) => square(across(x, y) / period + 0.15 * jitter(x, y), share);
  },
  checkered: (random) => {
    const period = random.between(16, 40);
    const angle = random.between(-0.3, 0.3);
    const across = direction(angle);
    const down = direction(angle + Math.PI / 2);
    return (x, y) => (square(across(x, y) / period, 0.5) === square(down(x, y) / period, 0.5) ? 0.9 : 0.1);
  },
  dotted: (random) => {
    const period = random.between(11, 28);
    const radius = random.between(0.2, 0.38);
    const angle = random.between(0, Math.PI / 2);
    const across = direction(angle);
    const down = direction(angle + Math.PI / 2);
    return (x, y) => {
      const u = fraction(across(x, y) / period) - 0.5;
      const v = fraction(down(x, y) / period) - 0.5;
      return Math.hypot(u, v) < radius ? 1 : 0.15;
    };
  },
  brick: (random) => {
    const height = random.between(9, 18);
    const width = height * random.between(1.8, 2.6);
    const grain = noise(random, 3);
    const tone = noise(random, width);
    return (x, y) => {
      const row = Math.floor(y / height);
      const u = fraction(x / width + 0.5 * (row % 2));
      const v = fraction(y / height);
      return u < 0.06 || v < 0.13 ? 1 : 0.15 + 0.3 * grain(x, y) + 0.25 * tone(x, row * 97);
    };
  },
  grassy: (random) => {
    const blades = noise(random, 1);
    const patches = octaves(random, 50, 3);
    const sway = noise(random, 40);
    const width = random.between(1.5, 3);
    const length = random.between(10, 20);
    return (x, y) => 0.75 * blades((x + 12 * sway(x, y)) / width, y / length) + 0.3 * patches(x, y) - 0.05;
  },
  blotchy: (random) => {
    const shape = octaves(random, random.between(25, 45), 2);
    const grain = noise(random, 2.5);
    return (x, y) => step(0.47, 0.53, shape(x, y)) * 0.75 + 0.2 * grain(x, y);
  },
  wooden: (random) => {
    const wander = octaves(random, 60, 3);
    const grain = noise(random, 1.5);
    const across = direction(random.between(-0.2, 0.2));
    const along = direction(random.between(-0.2, 0.2) + Math.PI / 2);
    const rings = random.between(5, 11);
    return (x, y) =>
      0.6 * fraction(across(x, y) / (4 * rings) + rings * 0.25 * wander(x / 2, y / 8)) +
      0.35 * grain(x, along(x, y) / 12);
  },
  wavy: (random) => {
    const period = random.between(10, 26);
    const length = random.between(25, 60);
    const height = random.between(4, 11);
    const across = direction(random.chance(0.5) ? 0 : Math.PI / 2);
    return (x, y) => {
      const wave = height * Math.sin((2 * Math.PI * (x + y - across(x, y))) / length);
      return 0.5 + 0.5 * Math.sin((2 * Math.PI * (across(x, y) + wave)) / period);
    };
  },
  pebbled: (random) => cells(random, random.between(14, 28)),
  crumpled: (random) => {
    const folds = octaves(random, random.between(30, 60), 4);
    return (x, y) => 0.5 + 6 * (folds(x + 1.5, y + 1.5) - folds(x, y));
  },
};

/** Smoothed random values on a lattice of the given spacing. */
function noise(random: SeededRandom, spacing: number): Shade {
  const side = 64;
  const lattice = Float32Array.from({ length: side * side }, () => random.uniform());
  const at = (i: number, j: number): number => lattice[(j & (side - 1)) * side + (i & (side - 1))]!;
  return (x, y) => {
    const i = Math.floor(x / spacing);
    const j = Math.floor(y / spacing);
    const u = smooth(x / spacing - i);
    const v = smooth(y / spacing - j);
    const top = at(i, j) * (1 - u) + at(i + 1, j) * u;
    const bottom = at(i, j + 1) * (1 - u) + at(i + 1, j + 1) * u;
    return top * (1 - v) + bottom * v;
  };
}

/** Noise of halving spacing and weight, between 0 and 1. */
function octaves(random: SeededRandom, spacing: number, count: number): Shade {
  const layers = Array.from({ length: count }, (_, level) => noise(random, spacing / 2 ** level));
  const total = 2 - 2 / 2 ** count;
  return (x, y) => layers.reduce((sum, layer, level) => sum + layer(x, y) / 2 ** level, 0) / total;
}

/** Rounded stones: bright inside, dark in the joints between them. */
function cells(random: SeededRandom, spacing: number): Shade {
  const side = 32;
  const seeds = Float32Array.from({ length: side * side * 3 }, () => random.uniform());
  return (x, y) => {
    const column = Math.floor(x / spacing);
    const row = Math.floor(y / spacing);
    let nearest = Number.POSITIVE_INFINITY;
    let second = Number.POSITIVE_INFINITY;
    let tone = 0;
    for (let j = row - 1; j <= row + 1; j++) {
      for (let i = column - 1; i <= column + 1; i++) {
        const seed = 3 * ((j & (side - 1)) * side + (i & (side - 1)));
        const far = Math.hypot(i + seeds[seed]! - x / spacing, j + seeds[seed + 1]! - y / spacing);
        if (far < nearest) {
          second = nearest;
          nearest = far;
          tone = seeds[seed + 2]!;
        } else if (far < second) second = far;
      }
    }
    return step(0.04, 0.22, second - nearest) * (0.45 + 0.5 * tone);
  };
}

const fraction = (value: number): number => value - Math.floor(value);
const square = (phase: number, share: number): number => (fraction(phase) < share ? 0.9 : 0.1);
const smooth = (t: number): number => t * t * (3 - 2 * t);
const step = (low: number, high: number, value: number): number =>
  smooth(Math.min(Math.max((value - low) / (high - low), 0), 1));
const direction =
  (angle: number): Shade =>
  (x, y) =>
    x * Math.cos(angle) + y * Math.sin(angle);
