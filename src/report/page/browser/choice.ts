/** What the reader has chosen, kept in the fragment of the address, so that a link shows the same. */

/** Names of what can be chosen; all are text, and an empty one is left out. */
const NAMES = [
  'model',
  'task',
  'device',
  'metric',
  'trial',
  'text',
  'method',
  'status',
  'sort',
  'theme',
] as const;

export type Choice = Readonly<Record<(typeof NAMES)[number], string>>;

/** The choice of a fragment such as `#model=emoji-clip&metric=top5`; names that are not known are left out. */
export function choiceOf(fragment: string): Choice {
  const given = new URLSearchParams(fragment.replace(/^#/, ''));
  return Object.fromEntries(NAMES.map((name) => [name, given.get(name) ?? ''])) as Choice;
}

/** The fragment of a choice. */
export function fragmentOf(choice: Choice): string {
  const kept = NAMES.filter((name) => choice[name] !== '').map((name): [string, string] => [
    name,
    choice[name],
  ]);
  return `#${new URLSearchParams(kept)}`;
}
