/**
 * The integer weights with which Pillow shrinks or enlarges one axis of an 8-bit image.
 *
 * Source: Pillow 11, src/libImaging/Resample.c (`precompute_coeffs`, `normalize_coeffs_8bpc`).
 */

/** Pillow's filters that are separable convolutions. */
export const RESAMPLE_FILTERS = ['bicubic', 'bilinear', 'lanczos', 'box'] as const;
export type ResampleFilter = (typeof RESAMPLE_FILTERS)[number];

/** Bits behind the point of a weight: 32 of the sum less 8 of the value and 2 of head room. */
const PRECISION_BITS = 32 - 8 - 2;

const CATMULL_ROM = -0.5;

const FILTERS: Record<ResampleFilter, { support: number; at: (x: number) => number }> = {
  bicubic: { support: 2, at: bicubic },
  bilinear: { support: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  lanczos: { support: 3, at: (x) => (-3 <= x && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
  box: { support: 0.5, at: (x) => (-0.5 < x && x <= 0.5 ? 1 : 0) },
};

function bicubic(signed: number): number {
  const x = Math.abs(signed);
  const a = CATMULL_ROM;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

function sinc(x: number): number {
  if (x === 0) return 1;
  return Math.sin(x * Math.PI) / (x * Math.PI);
}

export interface ResampleWeights {
  /** [outputs] first input of each output */
  readonly first: Int32Array;
  /** [outputs] number of inputs of each output, at least 1 */
  readonly count: Int32Array;
  /** Row length of `weights`. */
  readonly taps: number;
  /** [outputs, taps] in units of 2⁻²² */
  readonly weights: Int32Array;
}

/**
 * Weights of the outputs `from` … `from + outputs − 1` when an axis of `inputLength` values becomes one of `outputLength`.
 * An axis that keeps its length gets the weight 1 on each value, so such a pass changes nothing.
 */
export function resampleWeights(
  inputLength: number,
  outputLength: number,
  filter: ResampleFilter,
  from = 0,
  outputs = outputLength,
): ResampleWeights {
  const scale = inputLength / outputLength;
  const stretch = Math.max(scale, 1);
  const { support, at } = FILTERS[filter];
  const reach = support * stretch;
  const taps = Math.ceil(reach) * 2 + 1;
  const first = new Int32Array(outputs);
  const count = new Int32Array(outputs);
  const weights = new Int32Array(outputs * taps);
  const exact = new Float64Array(taps);
  for (let output = 0; output < outputs; output++) {
    const centre = (from + output + 0.5) * scale;
    const low = Math.max(0, Math.trunc(centre - reach + 0.5));
    const high = Math.min(inputLength, Math.trunc(centre + reach + 0.5));
    let sum = 0;
    for (let input = low; input < high; input++) {
      const weight = at((input - centre + 0.5) * (1 / stretch));
      exact[input - low] = weight;
      sum += weight;
    }
    first[output] = low;
    count[output] = high - low;
    for (let tap = 0; tap < high - low; tap++) {
      const scaled = (exact[tap]! / sum) * 2 ** PRECISION_BITS;
      weights[output * taps + tap] = Math.trunc(scaled + (scaled < 0 ? -0.5 : 0.5));
    }
  }
  return { first, count, taps, weights };
}
