/** `reproduce --list` as text: the tables with an experiment, and below them those without. */
import { type ListedReproduction, timeText } from './reproductions.js';
import { textTable } from './text-table.js';

export function listedReproductionsText(listed: readonly ListedReproduction[]): string {
  const runnable = listed.filter(({ experiment }) => experiment !== null);
  const others = listed.filter(({ experiment }) => experiment === null);
  const table = textTable(
    ['table', 'shows', 'random weights', 'time'],
    runnable.map((one) => [one.id, one.title, one.randomWeights ? 'yes' : 'no', timeText(one)]),
  );
  const missing = runnable.flatMap(({ needs }) => needs).filter(({ state }) => state === 'missing');
  const obtain = [...new Map(missing.map((need) => [need.name, need])).values()].map(
    ({ kind, name, obtain }) => `  ${kind} ${name}: ${obtain}`,
  );
  return [
    ...(runnable.length === 0 ? [] : [table]),
    ...(obtain.length === 0 ? [] : [`Missing here:\n${obtain.join('\n')}`]),
    ...(others.length === 0
      ? []
      : [
          `Without an experiment of ours:\n${others.map(({ id, reason }) => `  ${id}: ${reason}`).join('\n')}`,
        ]),
  ].join('\n\n');
}
