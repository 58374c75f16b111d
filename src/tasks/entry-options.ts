/** Options that the entries of several tasks have in common: dataset, split, and the models that the entry is for. */
import { z } from 'zod';

export const dataset = z
  .string()
  .min(1)
  .describe('Name of a dataset. `turbo-bench list datasets` names them and says how to obtain each.');
export const split = z
  .string()
  .min(1)
  .optional()
  .describe("Part of the dataset; defaults to the dataset's test split.");

/** Which models of the experiment do the task. */
export const models = z
  .array(z.string().min(1))
  .min(1)
  .optional()
  .describe('Models of this experiment, by name, that do this task; defaults to all of them.');
