/** The JSON Schema by which editors complete and check an experiment as it is written. */
import { z } from 'zod';
import type { Methods } from './reduction-sweep.js';
import { experimentSchema } from './schema.js';

/** A JSON Schema (draft 2020-12) of what a person may write. */
export function experimentJsonSchema(methods: Methods): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(experimentSchema(methods), {
    io: 'input',
    unrepresentable: 'any',
  });
  return { $schema, title: 'turbo-bench experiment', ...rest };
}

/** The text of `schemas/experiment.schema.json`. */
export function experimentJsonSchemaText(methods: Methods): string {
  return `${JSON.stringify(experimentJsonSchema(methods), null, 2)}\n`;
}
