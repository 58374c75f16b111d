/**
 * Fields of diffusers' configs that turbo-bench knows with few values only.
 *
 * diffusers builds many networks from one class; a field with another value than those of Stable Diffusion 1.x and 2.x
 * stands for a network that is not built here, and passing over it would give wrong results silently.
 */
import { z } from 'zod';
import { oneOf } from '../../errors/did-you-mean.js';

/** A field that is missing or has one of `values`. */
export function only(...values: readonly (string | number | boolean | null)[]) {
  return z
    .custom<unknown>((value) => values.some((supported) => supported === value), {
      error: ({ input }) =>
        `${JSON.stringify(input)} is not supported, only ${values.map((value) => JSON.stringify(value)).join(' or ')}`,
    })
    .optional();
}

/** One of the block types that can be built. */
export function blockType<const Names extends readonly [string, ...string[]]>(names: Names) {
  return z.enum(names, {
    error: ({ input }) =>
      `${JSON.stringify(input)} is no block type that turbo-bench builds; ${oneOf(String(input), names)}`,
  });
}
