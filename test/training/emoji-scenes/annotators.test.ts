import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/random/seeded.js';
import { factsOf } from '../../../training/emoji-scenes/facts.js';
import { annotate, difficulty } from '../../../training/emoji-scenes/questions/annotators.js';
import type { Question } from '../../../training/emoji-scenes/questions/question.js';
import type { PlacedObject } from '../../../training/emoji-scenes/scene.js';

const background = { texture: 0, x: 0, y: 0, flip: false };
const ground = { colour: 'teal', texture: 'striped' };
const object = (size: number): PlacedObject => {
  return { concept: 0, style: 0, x: 0.5, y: 0.5, size, rotation: 0, flip: false, distractor: false };
};
const facts = (objects: readonly PlacedObject[]) => factsOf({ background, objects }, ground);
const asked = (answer: string, parts: Partial<Question>): Question => {
  return { type: 'is there', form: '', question: '', answer, about: [], ...parts };
};
/** The answers of a thousand people. */
const answers = (question: Question, objects: readonly PlacedObject[]): string[] =>
  Array.from({ length: 100 }, (_, index) => annotate(seededRandom(index), facts(objects), question)).flatMap(
    (ten) => ten.map(({ answer }) => answer),
  );

describe('ten annotators', () => {
  it('disagree more about a small thing among many than about a large one alone', () => {
    const [large, small] = [object(0.3), object(0.13)];
    const alone = asked('yes', { about: [large] });
    const crowded = asked('yes', { about: [small] });
    const many = Array.from({ length: 8 }, () => small);
    expect(difficulty(facts([large]), alone)).toBe(0);
    expect(difficulty(facts(many), crowded)).toBeGreaterThan(0.8);
    const wrong = (all: readonly string[]) => all.filter((answer) => answer === 'no').length;
    expect(wrong(answers(alone, [large]))).toBeLessThan(40);
    expect(wrong(answers(crowded, many))).toBeGreaterThan(120);
  });

  it('write numbers as words at times, and miscount by one from four on', () => {
    const things = [object(0.13), object(0.13)];
    const heard = (answer: string) =>
      [...new Set(answers(asked(answer, { type: 'how many', about: things }), things))].sort();
    expect(heard('2')).toEqual(['2', 'two']);
    expect(heard('4')).toEqual(['3', '4', '5', 'four']);
    expect(heard('0')).toEqual(['0', 'none', 'zero']);
  });

  it('say half of a corner, a neighbouring colour, or the other of two things', () => {
    const things = [object(0.13), object(0.13)];
    const heard = (question: Question) => new Set(answers(question, things));
    expect(heard(asked('top left', { type: 'where is', about: things }))).toEqual(
      new Set(['top left', 'top', 'left', 'upper left', 'top left corner']),
    );
    expect(heard(asked('teal', { type: 'what color' }))).toContain('turquoise');
    expect(heard(asked('pear', { type: 'which is larger', rival: 'dog', about: things }))).toEqual(
      new Set(['pear', 'a pear', 'dog']),
    );
  });

  it('never lose the majority for the truth', () => {
    const many = Array.from({ length: 9 }, () => object(0.12));
    for (let index = 0; index < 500; index++) {
      const ten = annotate(seededRandom('majority', index), facts(many), asked('yes', { about: many }));
      expect(ten.filter(({ answer }) => answer === 'yes').length).toBeGreaterThan(5);
    }
  });
});
