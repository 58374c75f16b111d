/**
 * "Is the cat above the car?", and "what is to the left of the dog?" where one thing is and everything else, symbols
 * included, is clearly not.
 */
import { along, relationOf, shown, shownOnce } from '../facts.js';
import type { Relation } from '../grammar.js';
import { classKinds } from '../kinds.js';
import { onlyOne } from './position.js';
import type { Maker } from './question.js';

export const relations: readonly Relation[] = ['to the left of', 'to the right of', 'above', 'below'];

export const opposite: Readonly<Record<Relation, Relation>> = {
  'to the left of': 'to the right of',
  'to the right of': 'to the left of',
  above: 'below',
  below: 'above',
};

/** Up to this far into a direction nobody says that a thing lies that way. */
export const slack = 0.05;

export const isThe: Maker = (random, facts) => {
  const all = shown(facts);
  return all.flatMap((a) =>
    all.flatMap((b) => {
      const actual = a === b ? undefined : relationOf(a.members, b.members);
      if (actual === undefined) return [];
      return [actual, opposite[actual]].map((how) => {
        const verb = a.members.length > 1 ? 'are' : 'is';
        const [one, other] = [a, b].map(({ kind, members }) =>
          members.length > 1 ? kind.plural : kind.name,
        );
        const question = random.pick([
          `${verb} the ${one} ${how} the ${other}?`,
          `${verb} the ${one} placed ${how} the ${other}?`,
          `in this picture, ${verb} the ${one} ${how} the ${other}?`,
        ]);
        const about = [...a.members, ...b.members];
        return { type: 'is the', form: how, question, answer: how === actual ? 'yes' : 'no', about } as const;
      });
    }),
  );
};

export const whatIsBeside: Maker = (random, facts) =>
  shownOnce(facts).flatMap(({ kind, object: mark }) =>
    relations.flatMap((how) => {
      const object = onlyOne(
        facts,
        (one) => relationOf([one], [mark]) === how,
        (one) => one === mark || along(how, one, mark) <= slack,
      );
      if (object === undefined) return [];
      const question = random.pick([
        `what is ${how} the ${kind.name}?`,
        `what do you see ${how} the ${kind.name}?`,
        `which object is ${how} the ${kind.name}?`,
      ]);
      const answer = classKinds[object.concept]!.name;
      return [{ type: 'what is', form: 'beside', question, answer, about: [object, mark] }];
    }),
  );
