/** What a schema would have taken in place of a value, as a phrase: `at least 0`, `one of: keys, hidden-states`. */
import { oneOf } from './did-you-mean.js';
import { choicesOf, type Issue } from './union-branches.js';

/** Undefined where the complaint itself says all that there is to say. */
export function allowedBy(issue: Issue, value: unknown): string | undefined {
  if (issue.code === 'custom')
    return typeof issue.params?.allowed === 'string' ? issue.params.allowed : undefined;
  if (issue.code === 'invalid_value') return oneOf(String(value), issue.values.map(String));
  if (issue.code !== 'invalid_union') return expected(issue, value);
  if ('options' in issue && Array.isArray(issue.options))
    return oneOf(String(value), issue.options.map(String));
  const phrases = choicesOf(issue).flatMap((inner) =>
    inner.code === 'invalid_value' && inner.values.length > 1
      ? oneOf(String(value), inner.values.map(String))
      : (expected(inner, value) ?? []),
  );
  return [...new Set(phrases)].join(', or ');
}

/** The requirement behind one complaint that is about no choice. */
function expected(issue: Issue, value: unknown): string | undefined {
  switch (issue.code) {
    case 'too_small':
      return `${issue.inclusive === false ? 'more than' : 'at least'} ${amount(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `${issue.inclusive === false ? 'less than' : 'at most'} ${amount(issue.maximum, issue.origin)}`;
    case 'invalid_type':
      return issue.expected === 'number' && typeof value === 'number'
        ? 'a finite number'
        : (TYPE_NAMES[issue.expected] ?? issue.expected);
    case 'invalid_value':
      return `${issue.values.length > 1 ? 'one of: ' : ''}${issue.values.map(String).join(', ')}`;
    case 'invalid_format':
      return 'includes' in issue ? `a text with ${String(issue.includes)} in it` : issue.message;
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

/** `3`, `1 entry`, `2 characters` */
function amount(bound: number | bigint, origin: string): string {
  if (origin === 'array') return `${bound} ${bound === 1 ? 'entry' : 'entries'}`;
  if (origin === 'string') return `${bound} ${bound === 1 ? 'character' : 'characters'}`;
  return String(bound);
}
