/** How far two outputs of a network are from one another. */

/** 1 − cosine of two vectors: 0 when they point the same way. */
export function cosineDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    ab += a[at]! * b[at]!;
    aa += a[at]! * a[at]!;
    bb += b[at]! * b[at]!;
  }
  return 1 - ab / Math.sqrt(aa * bb);
}

/** Kullback–Leibler divergence in nats of softmax(`changed`) from softmax(`reference`). */
export function klDivergence(reference: ArrayLike<number>, changed: ArrayLike<number>): number {
  const [p, q] = [logSoftmax(reference), logSoftmax(changed)];
  return p.reduce((sum, logP, at) => sum + Math.exp(logP) * (logP - q[at]!), 0);
}

function logSoftmax(logits: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(logits);
  const largest = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const logSum = Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0));
  return values.map((value) => value - largest - logSum);
}
