/** Reads an experiment and says everything that is wrong with it at once. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { systemCode, TurboError } from '../errors/turbo-error.js';
import { formatProblem, type KnownKeys, type Problem, problemsOf, valueAt } from './problems.js';
import { cellsOf, type Methods, problemsOfCell, refuseTooManyCells } from './reduction-sweep.js';
import { type Experiment, experimentSchema } from './schema.js';
import { parseYaml, type YamlSource } from './yaml-source.js';

/** An experiment with the text that it was read from. */
export interface LoadedExperiment {
  readonly experiment: Experiment;
  readonly file: string;
  readonly text: string;
}

/** @throws TurboError listing every problem with file, line, column, YAML path, value and what is allowed */
export async function loadExperiment(file: string, methods: Methods): Promise<LoadedExperiment> {
  const text = await readText(file);
  return { experiment: parseExperiment(text, file, methods), file, text };
}

/** @param file the name under which places are reported */
export function parseExperiment(text: string, file: string, methods: Methods): Experiment {
  const source = parseYaml(text, file);
  if (typeof source.value !== 'object' || source.value === null)
    throw new TurboError('An experiment is a mapping with at least name, models and tasks', {
      where: file,
      value: source.value ?? null,
      next: 'Start from experiments/quickstart.yaml.',
    });
  const schema = schemaOf(methods);
  const parsed = schema.safeParse(source.value, { reportInput: true });
  const problems = parsed.success ? [] : problemsOf(parsed.error.issues, source.value, keysByPath(schema));
  problems.push(...reductionProblems(source.value, methods));
  if (problems.length > 0) throw experimentError(problems, source);
  return parsed.data as Experiment;
}

const schemas = new WeakMap<Methods, ReturnType<typeof experimentSchema>>();

/** Building a schema takes far longer than using it. */
function schemaOf(methods: Methods): ReturnType<typeof experimentSchema> {
  const schema = schemas.get(methods) ?? experimentSchema(methods);
  schemas.set(methods, schema);
  return schema;
}

/** What single methods have against the cells of `reduction:`, each complaint once. */
function reductionProblems(root: object, methods: Methods): Problem[] {
  const entries: unknown = 'reduction' in root ? root.reduction : undefined;
  if (!Array.isArray(entries)) return [];
  refuseTooManyCells(entries);
  return entries.flatMap((entry: unknown, index) => {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return [];
    const issues = cellsOf(entry as Record<string, unknown>).flatMap((cell) => problemsOfCell(cell, methods));
    const problems = problemsOf(
      issues.map(({ path, issue }) => ({ ...issue, path: ['reduction', index, ...path] })),
      root,
      () => [],
    );
    const once = new Map(
      problems.map((problem) => [JSON.stringify([problem.path, problem.what, problem.allowed]), problem]),
    );
    return [...once.values()];
  });
}

/** More than anyone reads at once. */
const MOST_PROBLEMS = 200;

/** All problems in the order of the file. An unknown key is told once: a method's own complaint about it says more. */
function experimentError(problems: readonly Problem[], source: YamlSource): TurboError {
  const isUnknownKey = ({ what }: Problem): boolean => what === 'unknown key';
  const explained = new Set(
    problems.filter((problem) => !isUnknownKey(problem)).map(({ path }) => String(path)),
  );
  const told = problems.filter((problem) => !isUnknownKey(problem) || !explained.has(String(problem.path)));
  const texts = [
    ...new Set(told.slice(0, MOST_PROBLEMS).map((problem) => formatProblem(problem, source))),
  ].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const others = Math.max(0, told.length - MOST_PROBLEMS);
  const count = texts.length === 1 ? 'One problem' : `${texts.length + others} problems`;
  if (others > 0) texts.push(`and ${others} more`);
  return new TurboError(`${count} in ${source.file}:\n${texts.map((text) => `  ${text}`).join('\n')}`, {
    next: 'docs/experiment.md describes every key.',
  });
}

/** The keys that the schema knows at a path. */
function keysByPath(schema: z.ZodType): KnownKeys {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  return (path, value) => {
    let places: JsonSchema[] = [root];
    for (const step of path)
      places = places
        .flatMap(alternatives)
        .flatMap(
          (place) => (typeof step === 'number' ? place.items : place.properties?.[String(step)]) ?? [],
        );
    const meant = places.flatMap(alternatives).filter((place) => mayBe(place, value));
    return [...new Set(meant.flatMap((place) => Object.keys(place.properties ?? {})))];
  };
}

/** Whether no fixed property, such as the name of a task, says otherwise. */
function mayBe({ properties = {} }: JsonSchema, value: unknown): boolean {
  return Object.entries(properties).every(
    ([key, { const: fixed }]) => fixed === undefined || [undefined, fixed].includes(valueAt(value, [key])),
  );
}

interface JsonSchema {
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

function alternatives(schema: JsonSchema): readonly JsonSchema[] {
  return [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const code = systemCode(cause);
    const what =
      code === 'ENOENT'
        ? 'There is no such experiment'
        : code === 'EISDIR'
          ? 'This is a folder'
          : 'Cannot read';
    throw new TurboError(what, {
      where: file,
      allowed: 'a YAML file',
      next: 'The folder experiments/ holds examples: turbo-bench run experiments/quickstart.yaml',
      cause,
    });
  }
}
