/** The sigmoid linear unit (arXiv 1702.03118), also called swish. */
import { quickGelu } from '../operators/activation.js';
import type { Tensor } from '../tensor.js';

/** `x · sigmoid(x)`, of any shape, in one kernel of ONNX Runtime. */
export function silu(x: Tensor): Tensor {
  return quickGelu(x, { alpha: 1 });
}
