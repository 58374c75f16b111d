/** What is wrong with a value that a person wrote, told so that they can act on it: path, value, what is allowed, what was meant. */
import type { z } from 'zod';
import { allowedBy } from './allowed-by.js';
import { oneOf } from './did-you-mean.js';
import { type KnownKeys, keysByPath } from './known-keys.js';
import { shownValue } from './shown-value.js';
import { choicesOf, type Issue, likeliestBranch } from './union-branches.js';
import { formatPath, valueAt } from './value-path.js';

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

/**
 * @param root the value that was checked
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
  const allowed = allowedBy(issue, value);
  return [
    {
      path,
      what: value === undefined && issue.code !== 'custom' ? 'missing' : whatIsWrong(issue, value),
      atKey: issue.code === 'custom' && issue.params?.atKey === true,
      ...(value === undefined ? {} : { value }),
      ...(allowed === undefined ? {} : { allowed }),
    },
  ];
}

function whatIsWrong(issue: Issue, value: unknown): string {
  if (issue.code === 'custom') return issue.message;
  if (issue.code === 'invalid_type' || issue.code === 'invalid_union') {
    if (typeof value === 'string' && choicesOf(issue).some(({ code }) => code === 'invalid_value'))
      return 'unknown name';
    const isName = 'discriminator' in issue || typeof value === 'string';
    if (isName && 'options' in issue) return 'unknown name';
    return typeof value === 'number' && choicesOf(issue).some(takesNumbers) ? 'wrong value' : 'wrong type';
  }
  if (issue.code === 'invalid_value') return typeof value === 'string' ? 'unknown name' : 'wrong value';
  if (issue.code === 'too_small') return hasLength(issue.origin) ? 'too short' : 'too small';
  if (issue.code === 'too_big') return hasLength(issue.origin) ? 'too long' : 'too big';
  if (issue.code === 'invalid_format') return 'wrong text';
  return issue.message;
}

function hasLength(origin: string): boolean {
  return origin === 'array' || origin === 'string';
}

/** Whether it is about which number, and not that it is one. */
function takesNumbers(issue: Issue): boolean {
  if (issue.code === 'invalid_value') return issue.values.some((value) => typeof value === 'number');
  return issue.code === 'invalid_type' && issue.expected === 'number';
}

const LONGEST_VALUE = 80;

/** `reduction[0].alpha: wrong type` and below it the value and what is allowed. */
export function formatProblem({ path, what, allowed, ...rest }: Problem, whole = 'the whole value'): string {
  const lines = [`${formatPath(path) || whole}: ${what}`];
  if ('value' in rest) {
    const text = shownValue(rest.value);
    lines.push(`    value:   ${text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text}`);
  }
  if (allowed !== undefined && allowed !== '') lines.push(`    allowed: ${allowed}`);
  return lines.join('\n');
}

/** All that a schema has against a value of the command line, one problem below the other. */
export function problemsText(error: z.ZodError, value: unknown, schema: z.ZodType): string {
  return problemsOf(error.issues, value, keysByPath(schema))
    .map((problem) => `  ${formatProblem(problem)}`)
    .join('\n');
}
