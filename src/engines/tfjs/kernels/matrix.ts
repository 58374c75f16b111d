/**
 * Products of matrices.
 *
 * The kernels of TensorFlow.js stretch leading axes only when one side has a single matrix, and give wrong numbers for
 * `[2, 1, m, k] · [1, 3, k, n]`; here both sides are stretched first. The WebAssembly kernel is seven times slower with a
 * transposed right side (1,030 ms in place of 150 ms for 197 × 768 · 768 × 3072), so `adaptGraph` transposes weights once.
 */
import * as tf from '@tensorflow/tfjs-core';
import { stretched } from './arithmetic.js';
import { fitted } from './integer.js';
import { countOf, floatAttribute, integerAttribute, type Kernel, sameSizes } from './kernel.js';
import { fromValues, isInteger, valuesOf } from './typed-array.js';

/** `[…, m, k] · […, k, n]` → `shape` */
function product(a: tf.Tensor, b: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const [m, k, n] = [a.shape.at(-2)!, a.shape.at(-1)!, b.shape.at(-1)!];
  if (k === 0) return tf.zeros([...shape]);
  if (countOf(b.shape.slice(0, -2)) === 1) {
    const rows = tf.reshape(a, [countOf(a.shape.slice(0, -1)), k]);
    return tf.reshape(tf.matMul(rows as tf.Tensor2D, tf.reshape(b, [k, n]) as tf.Tensor2D), [...shape]);
  }
  const leading = shape.slice(0, -2);
  const matrices = countOf(leading);
  const left = tf.reshape(stretched(a, [...leading, m, k]), [matrices, m, k]);
  const right = tf.reshape(stretched(b, [...leading, k, n]), [matrices, k, n]);
  return tf.reshape(tf.matMul(left as tf.Tensor3D, right as tf.Tensor3D), [...shape]);
}

/** The same of whole numbers. */
function integerProduct(
  call: Parameters<Kernel['compute']>[0],
  a: tf.Tensor,
  b: tf.Tensor,
  shape: readonly number[],
): tf.Tensor {
  const [m, k, n] = [a.shape.at(-2)!, a.shape.at(-1)!, b.shape.at(-1)!];
  const leading = shape.slice(0, -2);
  const left = valuesOf(stretched(a, [...leading, m, k]));
  const right = valuesOf(stretched(b, [...leading, k, n]));
  const { dtype } = call.node.outputs[0]!;
  const result = new Int32Array(countOf(shape));
  for (let at = 0; at < result.length; at++) {
    const [matrix, row, column] = [Math.floor(at / (m * n)), Math.floor(at / n) % m, at % n];
    let sum = 0;
    for (let inner = 0; inner < k; inner++)
      sum += left[(matrix * m + row) * k + inner]! * right[(matrix * k + inner) * n + column]!;
    result[at] = fitted(dtype, sum);
  }
  return fromValues(result, shape);
}

export const matrixKernels: Readonly<Record<string, Kernel>> = {
  MatMul: {
    compute(call) {
      const [a, b] = call.inputs;
      const [shape] = call.shapes;
      const compute = isInteger(call.node.outputs[0]!.dtype)
        ? () => integerProduct(call, a!, b!, shape!)
        : () => product(a!, b!, shape!);
      return compute();
    },
  },
  /** The right factor is never transposed: `adaptGraph` sees to it. */
  Gemm: {
    compute({ node, inputs: [a, b, c], shapes: [shape] }) {
      const [alpha, beta] = [floatAttribute(node, 'alpha', 1), floatAttribute(node, 'beta', 1)];
      const left = integerAttribute(node, 'transA', 0) === 1 ? tf.transpose(a!) : a!;
      const isBias = c != null && alpha === 1 && beta === 1 && sameSizes(c.shape, shape!.slice(1));
      if (isBias && left.shape[1] !== 0)
        return tf.fused.matMul({ a: left as tf.Tensor2D, b: b as tf.Tensor2D, bias: c });
      const factors = product(left, b!, shape!);
      const scaled = alpha === 1 ? factors : tf.mul(factors, alpha);
      if (c == null) return scaled;
      return tf.add(scaled, beta === 1 ? c : tf.mul(c, beta));
    },
  },
};
