/**
 * Classifier-free guidance: what the network predicts for the prompt, pushed further away from what it predicts without one.
 *
 * Source: Ho and Salimans, "Classifier-Free Diffusion Guidance", arXiv 2207.12598, in the form that diffusers gives it.
 */

/**
 * `u + scale · (c − u)`.
 *
 * @param unconditional prediction for the negative prompt, which is the empty text unless one is given
 * @param conditional prediction for the prompt, of the same size
 * @param scale 1 gives the conditional prediction; 7.5 is what Stable Diffusion is shown with
 * @throws RangeError when the predictions are of different sizes
 */
export function guided(unconditional: Float32Array, conditional: Float32Array, scale: number): Float32Array {
  if (unconditional.length !== conditional.length)
    throw new RangeError(
      `predictions of ${unconditional.length} and ${conditional.length} elements cannot be joined`,
    );
  return unconditional.map((base, at) => base + scale * (conditional[at]! - base));
}
