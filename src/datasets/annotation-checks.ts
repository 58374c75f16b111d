/** What annotation files of every format may get wrong: something that stands there twice, is missing, or is an empty text. */
import { TurboError } from '../errors/turbo-error.js';

const MOST_SHOWN = 5;

/**
 * Refuses ids that are not unique: a metric would count their samples twice, or mix them up.
 *
 * @param what of what it is the id, such as `question`
 */
export function refuseRepeated(what: string, ids: readonly string[], where: string): void {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const id of ids) (seen.has(id) ? repeated : seen).add(id);
  refuseEntries(
    [...repeated],
    (id) => `the ${what} ${id} stands there more than once`,
    where,
    `each ${what} once`,
  );
}

/**
 * Refuses texts of zero length, which no model can be asked about.
 *
 * @param what whose text it is, such as `a caption of picture`
 * @param texts pairs of an id and its text
 */
export function refuseBlank(
  what: string,
  texts: readonly (readonly [id: string, text: string])[],
  where: string,
): void {
  const blank = texts.filter(([, text]) => text.trim() === '').map(([id]) => id);
  refuseEntries(blank, (id) => `${what} ${id} is empty`, where, 'a text of at least one letter');
}

/**
 * Refuses entries by their ids, of which it shows some; none, and nothing happens.
 *
 * @param say what is wrong, of the first of them
 */
export function refuseEntries(
  ids: readonly string[],
  say: (first: string) => string,
  where: string,
  allowed: string,
): void {
  const [first] = ids;
  if (first === undefined) return;
  const others = ids.length > 1 ? ` (and ${ids.length - 1} more like it)` : '';
  throw new TurboError(`${say(first)}${others}`, {
    where,
    value: ids.slice(0, MOST_SHOWN),
    allowed,
    next: 'obtain the file again; if it is your own, mend these entries',
  });
}
