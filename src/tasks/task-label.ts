/** What tasks and their data are called in tables, so that rows of one name may be compared with each other. */
import type { TaskOptions } from './options.js';

/** Two ways of classifying one dataset are two tasks. */
function kindOf(options: TaskOptions): string {
  if (options.task === 'retrieval' && options.rerank !== undefined) return 'retrieval, reranked';
  return options.task === 'classification' && options.knn !== undefined ? 'knn' : options.task;
}

/** `emoji-scenes`, `emoji-scenes/val`; empty for a task without data. */
export function datasetLabel(options: TaskOptions): string {
  const data = 'prompts' in options ? options.prompts : 'dataset' in options ? options.dataset : '';
  if (data === '') return '';
  const { split } = options as { readonly split?: string | undefined };
  return split === undefined ? data : `${data}/${split}`;
}

/**
 * Of every task of an experiment, in its order. Tasks of one kind on the same data are told apart by the options in which they differ:
 * `captioning (numBeams 1)` and `captioning (numBeams 3)`.
 */
export function taskLabels(tasks: readonly TaskOptions[]): string[] {
  const alike = (options: TaskOptions): TaskOptions[] =>
    tasks.filter(
      (other) => kindOf(other) === kindOf(options) && datasetLabel(other) === datasetLabel(options),
    );
  const labels = tasks.map((options) => {
    const told = differences(options, alike(options));
    return told === '' ? kindOf(options) : `${kindOf(options)} (${told})`;
  });
  return labels.map((label, at) => {
    const isSame = (position: number): boolean =>
      labels[position] === label && datasetLabel(tasks[position]!) === datasetLabel(tasks[at]!);
    const earlier = tasks.slice(0, at).filter((_, position) => isSame(position)).length;
    return earlier === 0 ? label : `${label} #${earlier + 1}`;
  });
}

/** `numBeams 1, maxLength 6`: options that are not the same in all of the tasks, with the values of this one. */
function differences(options: TaskOptions, alike: readonly TaskOptions[]): string {
  const all = alike.map(leavesOf);
  const paths = [...new Set(all.flatMap((leaves) => [...leaves.keys()]))].filter(
    (path) => new Set(all.map((leaves) => leaves.get(path))).size > 1,
  );
  const nameOf = (path: string): string => path.split('.').at(-1)!;
  const isUnique = (path: string): boolean =>
    paths.filter((other) => nameOf(other) === nameOf(path)).length === 1;
  const own = leavesOf(options);
  return paths
    .filter((path) => own.has(path))
    .map((path) => `${isUnique(path) ? nameOf(path) : path} ${own.get(path)}`)
    .join(', ');
}

/** A list of prompts would fill the table. */
const LONGEST_VALUE = 40;

/** Every option that is no object, by its path: `generate.numBeams`. For which models a task is does not change what it asks of them. */
function leavesOf(options: TaskOptions): Map<string, string> {
  const leaves = new Map<string, string>();
  const visit = (value: unknown, path: readonly string[]): void => {
    if (value === undefined || path[0] === 'models') return;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [name, inner] of Object.entries(value)) visit(inner, [...path, name]);
      return;
    }
    const text = [value].flat().join(' ');
    leaves.set(path.join('.'), text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text);
  };
  visit(options, []);
  return leaves;
}
