/**
 * A reduction method: a name, its parameters, and how they become a reducer for one encoder.
 */
import type { z } from 'zod';
import type { EncoderShape, Reducer } from './reducer.js';

/** `Spec` is what a user writes, with every default filled in. */
export interface Method<Spec extends { readonly method: string } = { readonly method: string }> {
  readonly name: Spec['method'];
  readonly network: 'encoder';
  /** One line for `turbo-bench list methods`. */
  readonly summary: string;
  /** The parameters: types, defaults, validation and documentation in one. */
  readonly schema: z.ZodType<Spec>;
  /** @throws TurboError when the parameters do not fit the encoder (a schedule longer than the model is deep) */
  reducer(spec: Spec, encoder: EncoderShape): Reducer;
}

/** Ties the type of a method's parameters to its schema. */
export function defineMethod<Schema extends z.ZodObject & z.ZodType<{ readonly method: string }>>(
  method: Omit<Method<z.infer<Schema>>, 'schema' | 'network'> & { readonly schema: Schema },
) {
  return { ...method, network: 'encoder' } as const;
}
