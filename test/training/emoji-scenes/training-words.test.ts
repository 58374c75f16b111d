import { describe, expect, it } from 'vitest';
import { concepts } from '../../../training/emoji-scenes/concepts.js';
import type { Facts } from '../../../training/emoji-scenes/facts.js';
import { conceptsOf } from '../../../training/emoji-scenes/kinds.js';
import { answerList } from '../../../training/emoji-scenes/questions/answers.js';
import { colourOf } from '../../../training/emoji-scenes/questions/colour.js';
import { questionTypes } from '../../../training/emoji-scenes/questions/question.js';
import { findIcons } from '../../../training/emoji-scenes/sprites.js';
import { heldOutStyle } from '../../../training/emoji-scenes/styles.js';
import {
  trainingFacts,
  trainingQuestions,
  trainingStatements,
} from '../../../training/emoji-scenes/write-training-words.js';
import { answerTo, judge, type Look } from './oracle.js';

const scenes = trainingFacts(findIcons(), 1500);
const questions = [...trainingQuestions(scenes)];
const pairs = [...trainingStatements(scenes, 1500)];
const look = ({ ground, objects }: Facts): Look => ({
  background: ground,
  objects: objects.map((object) => ({ ...object, concept: concepts[object.concept]!.id })),
});

describe('the training questions', () => {
  it('are four a scene, all different, of every type', () => {
    for (const { questions: own } of questions) {
      expect(new Set(own.map(({ question }) => question)).size).toBe(4);
    }
    const types = new Set(questions.flatMap(({ questions: own }) => own.map(({ type }) => type)));
    expect([...types].sort()).toEqual([...questionTypes].sort());
  });

  it('have true answers, all of which a model may choose', () => {
    const wrong = questions.flatMap(({ id, questions: own }) =>
      own.filter(({ question, answer, type }) => {
        expect(answerList).toContain(answer);
        const found = answerTo(question, look(scenes[id]!.facts));
        const isThing = type === 'what color' && !question.includes('back') && !question.includes('behind');
        return answer !== (isThing ? colourOf.get(conceptsOf(found!)[0]!) : found);
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('get a yes as often as a no', () => {
    const answers = questions.flatMap(({ questions: own }) => own.map(({ answer }) => answer));
    const [yes, no] = ['yes', 'no'].map((word) => answers.filter((answer) => answer === word).length);
    expect(Math.abs(yes! - no!) / (yes! + no!)).toBeLessThan(0.02);
  });

  it('do not depend on the scenes that follow', () => {
    expect([...trainingQuestions(scenes.slice(0, 100))]).toEqual(questions.slice(0, 100));
  });
});

describe('the training pairs', () => {
  it('carry true labels, as many true as false', () => {
    const wrong = pairs.filter(({ a, b, sentence, label }) => {
      return judge(sentence, look(scenes[a]!.facts), look(scenes[b]!.facts)).holds !== label;
    });
    expect(wrong).toEqual([]);
    expect(pairs.filter(({ label }) => label).length).toBe(pairs.length / 2);
  });

  it('have a class in common', () => {
    for (const { a, b } of pairs) {
      const [left, right] = [a, b].map((id) => scenes[id]!.facts.groups.map(({ concept }) => concept));
      expect(left!.some((concept) => right!.includes(concept))).toBe(true);
    }
  });

  it('never show the held-out style', () => {
    for (const { facts } of scenes) {
      for (const { style } of facts.objects) expect(style).not.toBe(heldOutStyle);
    }
  });
});
