/**
 * Parameters of a reduction as a row has them, with the defaults that its experiment left unsaid: written out or not, the same cell has the same ones.
 *
 * Defaults are those of this version: a journal does not say them. A baseline file does.
 */
import { methods } from '../reduction/registry.js';
import { PRECISION_PARAMETER, type TrialRow } from '../report/trial-row.js';
import { makesPictures } from '../tasks/diffusion/options.js';
import { type RowParameters, rowParameters } from './row-parameters.js';

/** @param task its label, of which the first word is enough @param seed of the experiment, which methods that draw by lot take; left out where the parameters have it */
export function wholeParameters(
  { task, method, parameters }: Pick<TrialRow, 'task' | 'method' | 'parameters'>,
  seed?: number,
): RowParameters {
  const [kind = ''] = task.split(' ');
  const network = makesPictures({ task: kind }) ? 'diffusion' : 'encoder';
  const named = methods.filter(({ name }) => name === method);
  const schema = (named.find((known) => known.network === network) ?? named[0])?.schema;
  const { method: _, ...shape } = schema?.shape ?? { method: undefined };
  const defaults = Object.fromEntries(
    Object.entries(shape).flatMap(([name, parameter]) => {
      const parsed = parameter.safeParse(undefined);
      return parsed.success && parsed.data !== undefined ? [[name, parsed.data as unknown]] : [];
    }),
  );
  const seeded = 'seed' in shape && seed !== undefined ? { seed } : {};
  const columns = rowParameters({ method, ...defaults, ...seeded }, [...Object.keys(shape), 'seed']);
  return { ...columns, ...withoutPrecision(parameters) };
}

/** The precision stands among the parameters of a row, and is none of the reduction. */
export function withoutPrecision(parameters: TrialRow['parameters']): RowParameters {
  const { [PRECISION_PARAMETER]: _, ...own } = parameters;
  return own;
}
