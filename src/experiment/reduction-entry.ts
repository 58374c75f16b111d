/** The schema of an entry under `reduction:`, put together from those of the methods. */
import { z } from 'zod';
import type { Methods } from './reduction-sweep.js';

/** The schema of an entry: the parameters of all methods, each as a value or as a list of values. */
export function reductionEntrySchema(methods: Methods) {
  const names = [...new Set(methods.map(({ name }) => name))];
  const method = z.enum(names as [string, ...string[]]);
  const parameters: Record<string, z.ZodType> = {};
  for (const parameter of parametersOf(methods)) {
    const knowing = methods.filter(({ schema }) => parameter in schema.shape);
    const shapes = knowing.map(({ schema }) => schema.shape[parameter] as z.ZodType);
    parameters[parameter] = sweepable(anyOf(shapes.map(inner)))
      .optional()
      .describe(descriptionOf(parameter, knowing));
  }
  return z
    .strictObject({
      method: z
        .union([method, z.array(method).min(1)])
        .describe('Name of a reduction method, or a list of names.'),
      models: z
        .array(z.string().min(1))
        .min(1)
        .optional()
        .describe('Models of this experiment, by name, that the entry is for; defaults to all of them.'),
      ...parameters,
    })
    .describe('A method and its parameters. A list is swept: the entry stands for every combination.');
}

/** What a parameter means, with the methods for which it means that. */
function descriptionOf(parameter: string, knowing: Methods): string {
  const methodsOf = new Map<string, string[]>();
  for (const { name, network, schema } of knowing) {
    const shape = schema.shape[parameter] as z.ZodType;
    const meaning = shape.description ?? inner(shape).description ?? parameter;
    const place = network === 'diffusion' ? ' (diffusion)' : '';
    methodsOf.set(meaning, [...(methodsOf.get(meaning) ?? []), `${name}${place}`]);
  }
  return [...methodsOf].map(([meaning, names]) => `${meaning} Methods: ${names.join(', ')}.`).join(' ');
}

/** Names of all parameters of all methods, in the order of the registry. */
function parametersOf(methods: Methods): string[] {
  const names = methods.flatMap(({ schema }) => Object.keys(schema.shape));
  return [...new Set(names)].filter((name) => name !== 'method');
}

/** A value, or a list of values to try one after the other. */
function sweepable(value: z.ZodType): z.ZodType {
  return z.union([value, z.array(value).min(1)]);
}

/** The schema below `.default()` and `.optional()`: what a person may write. */
function inner(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodDefault || schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault
    ? inner(schema.unwrap() as z.ZodType)
    : schema;
}

/** One schema for a parameter that several methods have. */
function anyOf(schemas: readonly z.ZodType[]): z.ZodType {
  const texts = schemas.map((schema) => JSON.stringify(z.toJSONSchema(schema, { io: 'input' })));
  const different = schemas.filter((_, index) => texts.indexOf(texts[index]!) === index);
  return different.length === 1 ? different[0]! : z.union(different as [z.ZodType, z.ZodType]);
}
