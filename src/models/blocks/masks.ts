/** What is added to the logits of attention so that softmax gives an exact 0 to what must not be seen. */
import { add, cast, constant, mul, sub, unsqueeze } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';

/**
 * A logit that softmax makes an exact 0, also in float16: finite there, and so is the sum of two of them and a logit. An infinite one would turn into
 * 0 · ∞ where a mask is multiplied.
 */
const EXCLUDED = -30_000;

/** 0 where a mask is 1, −30,000 where it is 0: float32 of the mask's shape. */
export function maskLogits(mask: Tensor): Tensor {
  return mul(sub(1, cast(mask, 'float32')), EXCLUDED);
}

/** The same for the keys of every query and head: [batch, T] → [batch, 1, 1, T]. */
export function paddingLogits(mask: Tensor): Tensor {
  return unsqueeze(maskLogits(mask), [1, 2]);
}

/**
 * Nothing for earlier tokens that are no padding, else −30,000 or twice that: [batch or 1, 1, T, T].
 *
 * @param mask [batch, T] int64, 0 for padding; null when there is none
 */
export function causalLogits(length: number, mask: Tensor | null): Tensor {
  const future = constant(
    Float32Array.from({ length: length * length }, (_, at) =>
      at % length > Math.floor(at / length) ? EXCLUDED : 0,
    ),
    [1, 1, length, length],
  );
  return mask === null ? future : add(future, paddingLogits(mask));
}
