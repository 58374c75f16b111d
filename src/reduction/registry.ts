/**
 * The methods that an experiment can name. A new one is one file in `methods/` and one line here.
 */
import { z } from 'zod';
import { oneOf } from '../errors/did-you-mean.js';
import { TurboError } from '../errors/turbo-error.js';
import type { Method } from './method.js';
import { none } from './methods/none.js';
import { pruning } from './methods/pruning.js';
import { random } from './methods/random.js';
import { tome } from './methods/tome.js';
import { turbo } from './methods/turbo.js';
import type { EncoderShape, Reducer } from './reducer.js';

export const methods = [turbo, tome, pruning, random, none] as const;

/** A method and its parameters, all defaults filled in. */
export type ReductionSpec = z.infer<(typeof methods)[number]['schema']>;
export type MethodName = ReductionSpec['method'];

export const methodNames: readonly string[] = methods.map(({ name }) => name);

/** The method of that name, its parameters' type forgotten. */
export function findMethod(name: string): Method | undefined {
  return methods.find((method) => method.name === name) as Method | undefined;
}

/**
 * Checks what a user wrote: `{method: turbo, tokensPerLayer: 8}`.
 *
 * @throws TurboError naming every wrong parameter
 */
export function parseReduction(value: unknown): ReductionSpec {
  const name = (value as { method?: unknown } | null)?.method;
  const method = typeof name === 'string' ? findMethod(name) : undefined;
  if (method === undefined)
    throw new TurboError('the reduction names no method that turbo-bench has', {
      value: name ?? value,
      allowed: oneOf(String(name), methodNames),
      next: 'turbo-bench list methods',
    });
  const result = method.schema.safeParse(value);
  if (result.success) return result.data as ReductionSpec;
  const parameters = Object.keys((method.schema as unknown as z.ZodObject).shape);
  throw new TurboError(`the parameters of ${method.name} are wrong:\n${z.prettifyError(result.error)}`, {
    value,
    allowed: `parameters ${parameters.join(', ')}`,
    next: 'turbo-bench list methods',
  });
}

/** Lays a method out for one encoder. */
export function createReducer(spec: ReductionSpec, encoder: EncoderShape): Reducer {
  return findMethod(spec.method)!.reducer(spec, encoder);
}
