/** InceptionV3 with made-up weights: every number follows from its place by the formula of the goldens' README. */
import type { Tensor } from '../../../src/checkpoints/tensors.js';
import type { RgbImage } from '../../../src/images/rgb-image.js';
import { goldenJson } from '../../fixtures/golden-file.js';

export interface GoldenTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly index: number;
  readonly rule: 'conv' | 'scale' | 'variance' | 'small' | 'fc';
  readonly first: readonly number[];
}

export interface InceptionGolden {
  readonly salt: number;
  readonly tensors: readonly GoldenTensor[];
  readonly images: Readonly<
    Record<
      string,
      {
        readonly height: number;
        readonly width: number;
        readonly offset: number;
        readonly firstPixels: readonly (readonly number[])[];
        readonly sum: number;
        readonly pytorchFidBlocks: Readonly<Record<string, { readonly mean: number }>>;
      }
    >
  >;
}

export const inceptionGolden = goldenJson<InceptionGolden>('metrics/inception.json');

/** All tensors of the network, by name. */
export function formulaWeights(): Map<string, Tensor<'float32'>> {
  return new Map(
    inceptionGolden.tensors.map((tensor) => {
      const { name, shape } = tensor;
      return [name, { dtype: 'float32', shape, data: valuesOf(tensor) }];
    }),
  );
}

function valuesOf({ index, shape, rule }: GoldenTensor): Float32Array {
  const inputs = shape.slice(1).reduce((product, side) => product * side, 1);
  const value = {
    conv: (u: number) => (2 * u - 1) * Math.sqrt(6 / inputs),
    scale: (u: number) => 0.75 + 0.5 * u,
    variance: (u: number) => 0.75 + 0.5 * u,
    small: (u: number) => 0.2 * (u - 0.5),
    fc: (u: number) => (2 * u - 1) * Math.sqrt(3 / inputs),
  }[rule];
  const start = Math.imul(index + 1, 0x9e3779b1) + Math.imul(inceptionGolden.salt, 0x85ebca77);
  const data = new Float32Array(shape.reduce((product, side) => product * side, 1));
  for (let i = 0; i < data.length; i++) data[i] = value(fmix32((start + i) | 0) / 2 ** 32);
  return data;
}

/** The finaliser of MurmurHash3. */
function fmix32(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A picture of the goldens. */
export function formulaImage(name: string): RgbImage {
  const { height, width, offset } = inceptionGolden.images[name]!;
  const data = Uint8Array.from({ length: height * width * 3 }, (_, at) => {
    const [c, x, y] = [at % 3, Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
    const checker = ((x >> 4) + (y >> 4)) % 2;
    return (x * (3 + c) + y * (5 - c) + 2 * ((x * y) >> 5) + 64 * checker + 40 * c + offset) % 256;
  });
  return { height, width, data };
}
