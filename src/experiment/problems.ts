/** What is wrong with an experiment, as lines that a person can act on: place, YAML path, value, what is allowed, what was meant. */
import type { z } from 'zod';
import { oneOf } from '../errors/did-you-mean.js';
import type { YamlSource } from './yaml-source.js';

type Issue = z.core.$ZodIssue;

/** One thing that is wrong. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly what: string;
  /** Absent where there is no value, as for a missing key. */
  readonly value?: unknown;
  readonly allowed?: string;
  /** Whether the key itself is at fault, not its value. */
  readonly atKey: boolean;
}

const LONGEST_VALUE = 80;

/** The keys that a mapping at a path may have; what it holds decides between alternatives. */
export type KnownKeys = (path: readonly PropertyKey[], value: unknown) => readonly string[];

/**
 * @param known the keys allowed at a path, for did-you-mean
 */
export function problemsOf(issues: readonly Issue[], root: unknown, known: KnownKeys): Problem[] {
  return issues.flatMap((issue) => problemsOfIssue(issue, root, known));
}

function problemsOfIssue(issue: Issue, root: unknown, known: KnownKeys): Problem[] {
  if (issue.code === 'invalid_union') {
    const branch = likeliestBranch(issue.errors);
    if (branch !== undefined)
      return branch.flatMap((inner) =>
        problemsOfIssue({ ...inner, path: [...issue.path, ...inner.path] }, root, known),
      );
  }
  const { path } = issue;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const names = known(path, valueAt(root, path));
      return {
        path: [...path, key],
        what: 'unknown key',
        atKey: true,
        ...(names.length === 0 ? {} : { allowed: oneOf(key, names) }),
      };
    });
  const value = valueAt(root, path);
  const custom = issue.code === 'custom' ? (issue.params ?? {}) : {};
  return [
    {
      path,
      what: value === undefined && issue.code !== 'custom' ? 'missing' : whatIsWrong(issue, value),
      atKey: custom.atKey === true,
      ...(value === undefined ? {} : { value }),
      ...allowedBy(issue, value, custom),
    },
  ];
}

function whatIsWrong(issue: Issue, value: unknown): string {
  if (issue.code === 'custom') return issue.message;
  if (issue.code === 'invalid_type' || issue.code === 'invalid_union') {
    if (typeof value === 'string' && choicesOf(issue).some(({ code }) => code === 'invalid_value'))
      return 'unknown name';
    const isName = 'discriminator' in issue || typeof value === 'string';
    return isName && 'options' in issue ? 'unknown name' : 'wrong type';
  }
  if (issue.code === 'invalid_value') return typeof value === 'string' ? 'unknown name' : 'wrong value';
  if (issue.code === 'too_small') return 'too small';
  if (issue.code === 'too_big') return 'too big';
  return issue.message;
}

function allowedBy(issue: Issue, value: unknown, custom: Record<string, unknown>): { allowed?: string } {
  if (typeof custom.allowed === 'string') return { allowed: custom.allowed };
  if (issue.code === 'invalid_value') return { allowed: oneOf(String(value), issue.values.map(String)) };
  if (issue.code === 'invalid_union') {
    if ('options' in issue && Array.isArray(issue.options))
      return { allowed: oneOf(String(value), issue.options.map(String)) };
    const phrases = choicesOf(issue).flatMap((inner) =>
      inner.code === 'invalid_value' && inner.values.length > 1
        ? oneOf(String(value), inner.values.map(String))
        : (expected(inner) ?? []),
    );
    return { allowed: [...new Set(phrases)].join(', or ') };
  }
  const phrase = expected(issue);
  return phrase === undefined ? {} : { allowed: phrase };
}

/** `at least 0`, `a whole number`, `a list`: the requirement behind an issue. */
function expected(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'too_small':
      return `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${counted(issue.origin)}`;
    case 'too_big':
      return `${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${counted(issue.origin)}`;
    case 'invalid_type':
      return TYPE_NAMES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return `${issue.values.length > 1 ? 'one of: ' : ''}${issue.values.map(String).join(', ')}`;
    case 'invalid_format':
      return issue.message;
    default:
      return undefined;
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping {key: value}',
  record: 'a mapping {key: value}',
};

function counted(origin: string): string {
  return origin === 'array' ? ' entries' : origin === 'string' ? ' characters' : '';
}

/** What each branch of a union has against the value, those of unions inside it included. */
function choicesOf(issue: Issue): readonly Issue[] {
  return issue.code === 'invalid_union' ? issue.errors.flat().flatMap(choicesOf) : [issue];
}

/** The branch of a union that the value was probably meant for: one whose complaint lies inside the value, not about its type or name. */
function likeliestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const sameType = branches.filter((issues) => !issues.some((issue) => aboutTheWhole(issue)));
  const depth = (issues: readonly Issue[]): number =>
    Math.max(...issues.map((issue) => issue.path.length - (issue.code === 'unrecognized_keys' ? 0.5 : 0)));
  return [...sameType].sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0];
}

function aboutTheWhole(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_type' || issue.code === 'invalid_value') return true;
  return issue.code === 'invalid_union' && likeliestBranch(issue.errors) === undefined;
}

export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    root,
  );
}

/** `reduction[0].tokensPerLayer[1]` */
export function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`))
    .join('');
}

/** `quickstart.yaml:8:24  reduction[0].alpha: wrong type` and what is allowed. */
export function formatProblem(problem: Problem, source: YamlSource): string {
  const place = problem.atKey ? source.placeOfKey(problem.path) : source.placeOf(problem.path);
  const lines = [`${place}  ${formatPath(problem.path) || 'the whole file'}: ${problem.what}`];
  if ('value' in problem) {
    const text = JSON.stringify(problem.value) ?? String(problem.value);
    lines.push(`    value:   ${text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text}`);
  }
  if (problem.allowed !== undefined && problem.allowed !== '') lines.push(`    allowed: ${problem.allowed}`);
  return lines.join('\n');
}
