/**
 * Statements on what the pictures contain: both, at least one, neither, one but not the other.
 */
import { countOf } from '../facts.js';
import { withArticle } from '../grammar.js';
import type { Kind } from '../kinds.js';
import { comparing, someKind, type Template } from './claim.js';

/** A template on one kind, true or false by whether each picture has it. */
function onPresence(
  name: string,
  holds: (left: boolean, right: boolean) => boolean,
  wordings: (kind: Kind) => readonly string[],
): Template {
  return {
    name,
    propose: (random, left, right) => {
      const kind = someKind(random, left, right);
      if (kind === undefined) return undefined;
      const judge = comparing(
        (facts) => countOf(facts, kind),
        (a, b) => holds(a > 0, b > 0),
      );
      return { sentence: random.pick(wordings(kind)), kinds: [kind], judge };
    },
  };
}

export const presence: readonly Template[] = [
  onPresence(
    'both',
    (left, right) => left && right,
    ({ name }) => [
      `both images contain ${withArticle(name)}`,
      `there is ${withArticle(name)} in each image`,
      `each of the two images shows at least one ${name}`,
      `the left image and the right image both have ${withArticle(name)}`,
    ],
  ),
  onPresence(
    'at least one',
    (left, right) => left || right,
    ({ name, plural }) => [
      `at least one image contains ${withArticle(name)}`,
      `there is at least one ${name} in the two images`,
      `at least one of the images shows one or more ${plural}`,
    ],
  ),
  onPresence(
    'neither',
    (left, right) => !left && !right,
    ({ name, plural }) => [
      `neither image contains ${withArticle(name)}`,
      `there are no ${plural} in either image`,
      `no image shows ${withArticle(name)}`,
    ],
  ),
  onPresence(
    'only one',
    (left, right) => left !== right,
    ({ name, plural }) => [
      `one image has ${withArticle(name)} and the other does not`,
      `only one of the images contains ${withArticle(name)}`,
      `exactly one image shows any ${plural}`,
    ],
  ),
];
