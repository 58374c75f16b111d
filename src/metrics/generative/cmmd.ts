/**
 * CMMD: maximum mean discrepancy between CLIP embeddings of pictures under a Gaussian kernel, times 1,000.
 *
 * Source: Jayasumana et al., "Rethinking FID: Towards a Better Evaluation Metric for Image Generation" (CVPR 2024) and its code
 * (google-research/cmmd, `distance.py`): σ = 10, no root is taken, and a picture is also compared with itself, so that the value of finitely many
 * samples is a little too large.
 */
import { requireShape } from '../shape.js';
import { rowProduct } from '../unit-rows.js';

const SIGMA = 10;
const SCALE = 1000;

/**
 * Throws where one side is empty or the widths do not fit.
 *
 * @param a `[m, width]`, of unit length as CLIP's `image_embeds` are; not normalised here @param b `[n, width]`
 */
export function cmmd(a: ArrayLike<number>, b: ArrayLike<number>, width: number): number {
  const [first, second] = [rowsOf(a, width), rowsOf(b, width)];
  return SCALE * (meanKernel(first, first) + meanKernel(second, second) - 2 * meanKernel(first, second));
}

interface Rows {
  /** `[count, width]` */
  readonly values: Float64Array;
  /** `[count]` */
  readonly squaredLengths: Float64Array;
  readonly width: number;
}

function rowsOf(features: ArrayLike<number>, width: number): Rows {
  const count = Math.floor(features.length / width);
  requireShape('embeddings', features.length, [count, width]);
  const values = Float64Array.from(features);
  const squaredLengths = Float64Array.from({ length: count }, (_, row) =>
    rowProduct(values, row, values, row, width),
  );
  return { values, squaredLengths, width };
}

/** Mean of exp(−|x − y|² / 2σ²) over all pairs. */
function meanKernel(x: Rows, y: Rows): number {
  const [m, n] = [x.squaredLengths.length, y.squaredLengths.length];
  const within = x === y;
  let sum = within ? m : 0;
  for (let i = 0; i < m; i++) {
    let ofRow = 0;
    for (let j = 0; j < (within ? i : n); j++) {
      const product = rowProduct(x.values, i, y.values, j, x.width);
      const squaredDistance = Math.max(0, x.squaredLengths[i]! + y.squaredLengths[j]! - 2 * product);
      ofRow += Math.exp(-squaredDistance / (2 * SIGMA ** 2));
    }
    sum += within ? 2 * ofRow : ofRow;
  }
  return sum / (m * n);
}
