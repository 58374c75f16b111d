/** Reads an experiment and says everything that is wrong with it at once. */
import { readFile } from 'node:fs/promises';
import { type KnownKeys, keysByPath } from '../errors/known-keys.js';
import { formatProblem, type Problem, problemsOf } from '../errors/problems.js';
import { systemCode, TurboError } from '../errors/turbo-error.js';
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
  const known = keysByPath(schema);
  const ofMethods = reductionProblems(source.value, methods, known);
  const ofSchema = parsed.success ? [] : problemsOf(parsed.error.issues, source.value, known);
  const problems = [...withoutExplained(ofSchema, ofMethods), ...ofMethods];
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
function reductionProblems(root: object, methods: Methods, known: KnownKeys): Problem[] {
  const entries: unknown = 'reduction' in root ? root.reduction : undefined;
  if (!Array.isArray(entries)) return [];
  refuseTooManyCells(entries);
  return entries.flatMap((entry: unknown, index) => {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return [];
    const issues = cellsOf(entry as Record<string, unknown>).flatMap((cell) => problemsOfCell(cell, methods));
    const problems = problemsOf(
      issues.map(({ path, issue }) => ({ ...issue, path: ['reduction', index, ...path] })),
      root,
      known,
    );
    const once = new Map(
      problems.map((problem) => [JSON.stringify([problem.path, problem.what, problem.allowed]), problem]),
    );
    return [...once.values()];
  });
}

/** A complaint about a parameter of an entry is told once: that of a method says more than that of all methods together. */
function withoutExplained(ofSchema: readonly Problem[], ofMethods: readonly Problem[]): Problem[] {
  const parameterOf = ({ path }: Problem): string => String(path.slice(0, PARAMETER_DEPTH));
  const explained = new Set(ofMethods.map(parameterOf));
  return ofSchema.filter(
    (problem) => problem.path.length < PARAMETER_DEPTH || !explained.has(parameterOf(problem)),
  );
}

/** `reduction`, the number of the entry, the parameter. */
const PARAMETER_DEPTH = 3;

/** More than anyone reads at once. */
const MOST_PROBLEMS = 200;

/** All problems in the order of the file. */
function experimentError(problems: readonly Problem[], source: YamlSource): TurboError {
  const texts = [
    ...new Set(problems.slice(0, MOST_PROBLEMS).map((problem) => placedProblem(problem, source))),
  ].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const others = Math.max(0, problems.length - MOST_PROBLEMS);
  const count = texts.length === 1 ? 'One problem' : `${texts.length + others} problems`;
  if (others > 0) texts.push(`and ${others} more`);
  return new TurboError(`${count} in ${source.file}:\n${texts.map((text) => `  ${text}`).join('\n')}`, {
    next: 'docs/experiment.md describes every key.',
  });
}

/** `quickstart.yaml:8:24  reduction[0].alpha: wrong type` and what is allowed. */
function placedProblem(problem: Problem, source: YamlSource): string {
  const place = problem.atKey ? source.placeOfKey(problem.path) : source.placeOf(problem.path);
  return `${place}  ${formatProblem(problem, 'the whole file')}`;
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
