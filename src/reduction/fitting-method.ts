/** The method that a person means: some names stand for two, one for encoders and one for diffusion networks. */
import type { z } from 'zod';

interface Named {
  readonly name: string;
  readonly schema: z.ZodObject;
}

/** Of the methods of that name the one that knows most of the parameters, the first of equals; undefined when there is none. */
export function fittingMethod<Method extends Named>(
  methods: readonly Method[],
  name: string,
  parameters: readonly string[],
): Method | undefined {
  const known = ({ schema }: Method): number =>
    parameters.filter((parameter) => parameter in schema.shape).length;
  const named = methods.filter((method) => method.name === name);
  return named.reduce<Method | undefined>(
    (best, method) => (best === undefined || known(method) > known(best) ? method : best),
    undefined,
  );
}
