/**
 * An entry under `reduction:`, in which every parameter may be a list: it then stands for all combinations.
 *
 * A list is always a sweep. A parameter whose value is a list itself (a schedule with one number per layer) is written as a
 * list of lists: `tokensPerLayer: [[4, 4, 8]]`.
 */
import type { z } from 'zod';
import { oneOf } from '../errors/did-you-mean.js';
import { TurboError } from '../errors/turbo-error.js';
import { fittingMethod } from '../reduction/fitting-method.js';

/** What the sweep needs to know of a reduction method. */
export interface SweepableMethod {
  readonly name: string;
  /** What it reduces; a name may stand for a method of each. */
  readonly network: 'encoder' | 'diffusion';
  readonly summary: string;
  readonly schema: z.ZodObject;
}
export type Methods = readonly SweepableMethod[];

/** One cell of a sweep: a method with one value for each parameter that was written. */
export interface Cell {
  readonly method: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Where each parameter stands in its entry: `['alpha', 2]` for the third of a list, `['alpha']` for a single value. */
  readonly paths: Readonly<Record<string, readonly (string | number)[]>>;
  /** Names of the models that the cell is for; all of them when absent. */
  readonly models?: readonly string[];
}

/** One problem, with its place relative to the entry. */
export interface CellProblem {
  readonly path: readonly PropertyKey[];
  readonly issue: z.core.$ZodIssue;
}

/** As many as an experiment may have trials: each is made and checked before they are counted against tasks and models. */
const MOST_CELLS = 20_000;

/** Refuses lists whose combinations nobody means to run, before any is made. */
export function refuseTooManyCells(entries: readonly unknown[]): void {
  const counts = entries.map((entry) =>
    typeof entry === 'object' && entry !== null
      ? Object.entries(entry)
          .filter(([key]) => key !== 'models')
          .reduce((product, [, written]) => product * (Array.isArray(written) ? written.length : 1), 1)
      : 0,
  );
  const count = counts.reduce((sum, one) => sum + one, 0);
  if (count > MOST_CELLS)
    throw new TurboError('This experiment describes too many reductions', {
      where: `reduction[${counts.indexOf(Math.max(...counts))}]`,
      value: count,
      allowed: `at most ${MOST_CELLS}`,
      next: 'Shorten the lists under reduction, or split the experiment.',
    });
}

/** All combinations that one entry stands for, the last parameter changing fastest. */
export function cellsOf(entry: Readonly<Record<string, unknown>>): Cell[] {
  const { models, ...swept } = entry;
  const only = Array.isArray(models) ? { models: models.map(String) } : {};
  let cells: Cell[] = [{ method: '', parameters: {}, paths: {}, ...only }];
  for (const [key, written] of Object.entries(swept)) {
    const values = Array.isArray(written)
      ? written.map((value, index) => ({ value: value as unknown, path: [key, index] }))
      : [{ value: written, path: [key] }];
    cells = cells.flatMap((cell) =>
      values.map(({ value, path }) =>
        key === 'method'
          ? { ...cell, method: String(value), paths: { ...cell.paths, method: path } }
          : {
              ...cell,
              parameters: { ...cell.parameters, [key]: value },
              paths: { ...cell.paths, [key]: path },
            },
      ),
    );
  }
  return cells;
}

/** The method that a cell means. */
export function methodOf({ method, parameters }: Cell, methods: Methods): SweepableMethod | undefined {
  return fittingMethod(methods, method, Object.keys(parameters));
}

/** What a method has against a cell, each problem at the place of the parameter in the file. */
export function problemsOfCell(cell: Cell, methods: Methods): CellProblem[] {
  const method = methodOf(cell, methods);
  if (method === undefined) return [];
  const unknown = Object.keys(cell.parameters).filter((key) => !(key in method.schema.shape));
  const known = Object.keys(method.schema.shape).filter((key) => key !== 'method');
  const problems: CellProblem[] = unknown.map((key) => ({
    path: [key],
    issue: {
      code: 'custom',
      path: [key],
      input: cell.parameters[key],
      message: `${cell.method} has no parameter ${key}`,
      params: { allowed: known.length === 0 ? 'no parameters' : oneOf(key, known), atKey: true },
    },
  }));
  const parameters = Object.fromEntries(
    Object.entries(cell.parameters).filter(([key]) => !unknown.includes(key)),
  );
  const parsed = method.schema.safeParse({ method: cell.method, ...parameters }, { reportInput: true });
  if (parsed.success) return problems;
  for (const issue of parsed.error.issues) {
    const [key, ...rest] = issue.path;
    const written = key === undefined ? [] : (cell.paths[String(key)] ?? [key]);
    problems.push({ path: [...written, ...rest], issue });
  }
  return problems;
}
