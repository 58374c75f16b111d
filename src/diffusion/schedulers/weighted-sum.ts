/** Sums of tensors, each with its own factor: the one operation that steps of schedulers are made of. */

export type WeightedTensor = readonly [factor: number, tensor: Float32Array];

/**
 * `Σ factor · tensor`, added up in double precision and rounded once.
 *
 * @throws RangeError when the tensors are of different sizes
 */
export function weightedSum(...terms: readonly WeightedTensor[]): Float32Array {
  const length = terms[0]?.[1].length ?? 0;
  for (const [, tensor] of terms)
    if (tensor.length !== length)
      throw new RangeError(`tensors of ${length} and ${tensor.length} elements cannot be added`);
  return Float32Array.from({ length }, (_, at) => {
    let sum = 0;
    for (const [factor, tensor] of terms) sum += factor * tensor[at]!;
    return sum;
  });
}
