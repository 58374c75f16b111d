/**
 * The methods that an experiment can name. A new one is one file in `methods/`, or in `diffusion/methods/`, and one line here.
 */
import type { z } from 'zod';
import { oneOf } from '../errors/did-you-mean.js';
import { problemsText } from '../errors/problems.js';
import { TurboError } from '../errors/turbo-error.js';
import type { DiffusionMerging, DiffusionMethod } from './diffusion/method.js';
import { tomesd } from './diffusion/methods/tomesd.js';
import { turboDiffusion } from './diffusion/methods/turbo.js';
import { fittingMethod } from './fitting-method.js';
import type { Method } from './method.js';
import { none } from './methods/none.js';
import { pruning } from './methods/pruning.js';
import { random } from './methods/random.js';
import { tome } from './methods/tome.js';
import { turbo } from './methods/turbo.js';
import type { EncoderShape, Reducer } from './reducer.js';

const encoderMethods = [turbo, tome, pruning, random, none] as const;
const diffusionMethods = [turboDiffusion, tomesd] as const;
export const methods = [...encoderMethods, ...diffusionMethods] as const;

/** A method and its parameters, all defaults filled in. */
export type ReductionSpec = z.infer<(typeof methods)[number]['schema']>;
export type MethodName = ReductionSpec['method'];

export const methodNames: readonly string[] = [...new Set(methods.map(({ name }) => name))];

/** Methods for diffusion networks take a share of the tokens, and no other methods do. */
function isForDiffusion(spec: { readonly method: string }): boolean {
  return 'ratio' in spec;
}

/**
 * Checks what a user wrote: `{method: turbo, tokensPerLayer: 8}`.
 *
 * @throws TurboError naming every wrong parameter
 */
export function parseReduction(value: unknown): ReductionSpec {
  const name = (value as { method?: unknown } | null)?.method;
  const method =
    typeof name === 'string' ? fittingMethod(methods, name, Object.keys(value as object)) : undefined;
  if (method === undefined)
    throw new TurboError('the reduction names no method that turbo-bench has', {
      value: name ?? value,
      allowed: oneOf(String(name), methodNames),
      next: 'turbo-bench list methods',
    });
  const result = method.schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data as ReductionSpec;
  const parameters = Object.keys(method.schema.shape).filter((key) => key !== 'method');
  const problems = problemsText(result.error, value, method.schema);
  throw new TurboError(`the parameters of ${method.name} are wrong:\n${problems}`, {
    value,
    allowed: parameters.length === 0 ? 'no parameters' : `parameters ${parameters.join(', ')}`,
    next: 'turbo-bench list methods',
  });
}

/**
 * Lays a method out for one encoder.
 *
 * @throws TurboError for a method of diffusion networks
 */
export function createReducer(spec: ReductionSpec, encoder: EncoderShape): Reducer {
  const method = encoderMethods.find(({ name }) => name === spec.method) as Method | undefined;
  if (method !== undefined && !isForDiffusion(spec)) return method.reducer(spec, encoder);
  throw new TurboError('The reduction is for diffusion networks, and this model is an encoder', {
    value: spec,
    allowed: 'tokensPerLayer in place of ratio; {ratio: 0.1} takes a share of the tokens in every layer',
  });
}

/**
 * What a reduction is in a diffusion network; null for `none`.
 *
 * @throws TurboError for a method of encoders
 */
export function diffusionMergingOf(spec: ReductionSpec): DiffusionMerging | null {
  if (spec.method === 'none') return null;
  const method = diffusionMethods.find(({ name }) => name === spec.method) as DiffusionMethod | undefined;
  if (method !== undefined && isForDiffusion(spec)) return method.merging(spec);
  throw new TurboError('The reduction is for encoders, and this model is a diffusion network', {
    value: spec,
    allowed: 'turbo or tomesd with ratio, the share of tokens that is merged: {method: tomesd, ratio: 0.5}',
  });
}
