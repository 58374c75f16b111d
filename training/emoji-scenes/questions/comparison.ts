/**
 * "Are there more dogs than cats?", and "which is larger, the dog or the cat?" where one is so by half.
 */
import { shown, shownOnce } from '../facts.js';
import type { Maker } from './question.js';

/** From this ratio of sides on, which of two things is larger is plain to see, even of a thin and a round one. */
export const plainRatio = 1.5;

const comparisons = [
  { form: 'more', word: 'more', link: 'than', holds: (a: number, b: number) => a > b },
  { form: 'fewer', word: 'fewer', link: 'than', holds: (a: number, b: number) => a < b },
  { form: 'as many', word: 'as many', link: 'as', holds: (a: number, b: number) => a === b },
] as const;

export const moreOrFewer: Maker = (random, facts) => {
  const all = shown(facts);
  return all.flatMap((a) =>
    all.flatMap((b) => {
      if (a === b) return [];
      return comparisons.map(({ form, word, link, holds }) => {
        const claim = `${word} ${a.kind.plural} ${link} ${b.kind.plural}`;
        const question = random.pick([
          `are there ${claim}?`,
          `are there ${claim} in the picture?`,
          `does the picture show ${claim}?`,
          `in this picture, are there ${claim}?`,
        ]);
        const answer = holds(a.members.length, b.members.length) ? 'yes' : 'no';
        const about = [...a.members, ...b.members];
        return { type: 'are there more', form, question, answer, about } as const;
      });
    }),
  );
};

export const whichIsLarger: Maker = (random, facts) => {
  const once = shownOnce(facts);
  return once.flatMap((a) =>
    once.flatMap((b) => {
      if (a.object.size < plainRatio * b.object.size) return [];
      const [one, other] = random.shuffle([a.kind.name, b.kind.name]);
      return (['larger', 'smaller'] as const).map((form) => {
        const question = random.pick([
          `which is ${form}, the ${one} or the ${other}?`,
          `which looks ${form}, the ${one} or the ${other}?`,
          `which is ${form} in the picture, the ${one} or the ${other}?`,
        ]);
        const [answer, rival] = form === 'larger' ? [a.kind.name, b.kind.name] : [b.kind.name, a.kind.name];
        const about = [a.object, b.object];
        return { type: 'which is larger', form, question, answer, rival, about } as const;
      });
    }),
  );
};
