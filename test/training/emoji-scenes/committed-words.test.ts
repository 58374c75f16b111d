import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { committedScenes } from '../../../training/emoji-scenes/committed-scenes.js';
import { conceptsOf } from '../../../training/emoji-scenes/kinds.js';
import { filesChecksum } from '../../../training/emoji-scenes/pictures.js';
import { answerList } from '../../../training/emoji-scenes/questions/answers.js';
import { colourOf } from '../../../training/emoji-scenes/questions/colour.js';
import { sceneSplits } from '../../../training/emoji-scenes/splits.js';
import { findIcons } from '../../../training/emoji-scenes/sprites.js';
import { pairsAbout } from '../../../training/emoji-scenes/write-nlvr.js';
import { questionsAbout, questionsPerScene } from '../../../training/emoji-scenes/write-vqa.js';
import { answerTo, judge, type Look } from './oracle.js';

const datasets = join(dirname(fileURLToPath(import.meta.url)), '../../../datasets');
const readJson = (...path: string[]) => JSON.parse(readFileSync(join(datasets, ...path), 'utf8'));
const pictures = (folder: string): string =>
  join(datasets, folder, parse(readFileSync(join(datasets, folder, 'manifest.yaml'), 'utf8')).imageRoot);

interface Described extends Look {
  readonly id: number;
  readonly filename: string;
  readonly split: string;
}
const described: Described[] = readJson('emoji-scenes/scenes.json').scenes;
const byFile = new Map(described.map((scene) => [scene.filename, scene]));
const icons = findIcons();

interface Annotation {
  readonly question_id: number;
  readonly image_id: number;
  readonly question_type: string;
  readonly answer_type: string;
  readonly multiple_choice_answer: string;
  readonly answers: { answer: string; answer_confidence: string; answer_id: number }[];
}
interface AskedQuestion {
  readonly question_id: number;
  readonly image_id: number;
  readonly question: string;
}

/** How often each value occurs, most frequent first. */
function tally(values: readonly string[]): [value: string, count: number][] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

function grouped<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

describe.each(sceneSplits)('the questions of $name', (split) => {
  const { name } = split;
  const { questions }: { questions: AskedQuestion[] } = readJson('emoji-vqa', `questions_${name}.json`);
  const { annotations }: { annotations: Annotation[] } = readJson('emoji-vqa', `annotations_${name}.json`);
  const { images }: { images: { id: number; file_name: string }[] } = readJson(
    'emoji-vqa',
    `images_${name}.json`,
  );

  it('are equally many for every scene, no two of a scene alike, and each has its annotation', () => {
    const perScene = grouped(questions, ({ image_id }) => String(image_id));
    expect(perScene.size).toBe(split.samples);
    for (const own of perScene.values()) {
      expect(new Set(own.map(({ question }) => question)).size).toBe(questionsPerScene[name]);
    }
    expect(annotations.map(({ question_id, image_id }) => [question_id, image_id])).toEqual(
      questions.map(({ question_id, image_id }) => [question_id, image_id]),
    );
    expect(new Set(questions.map(({ question_id }) => question_id)).size).toBe(questions.length);
  });

  it('are about pictures that exist', () => {
    expect(images.length).toBe(split.samples);
    const present = new Set(readdirSync(pictures('emoji-vqa')));
    const missing = images.filter(
      ({ id, file_name }) => byFile.get(file_name)?.id !== id || !present.has(file_name),
    );
    expect(missing).toEqual([]);
  });

  it('are answered as someone answers who reads them and looks at the scene', () => {
    const wrong = questions.flatMap(({ question, image_id }, index) => {
      const { multiple_choice_answer: answer, question_type: type } = annotations[index]!;
      const found = answerTo(question, described[image_id]!);
      const isThing = type === 'what color' && !question.includes('back') && !question.includes('behind');
      const expected = isThing ? colourOf.get(conceptsOf(found!)[0]!) : found;
      return expected === answer ? [] : [{ question, answer, expected, image_id }];
    });
    expect(wrong).toEqual([]);
  });

  it('have ten answers, the true one in the majority and in the list of answers', () => {
    const list = new Set<string>(readJson('emoji-vqa', 'answer_list.json'));
    const wrong = annotations.filter(
      ({ answers, multiple_choice_answer: truth }) =>
        answers.map(({ answer_id }) => answer_id).join() !== '1,2,3,4,5,6,7,8,9,10' ||
        answers.filter(({ answer }) => answer === truth).length <= 5 ||
        answers.some(({ answer_confidence: sure }) => !['yes', 'maybe', 'no'].includes(sure)) ||
        !list.has(truth),
    );
    expect(wrong).toEqual([]);
  });

  it('see annotators disagree now and then, about numbers by one at most', () => {
    const agreed = annotations.flatMap(({ answers, multiple_choice_answer: truth }) =>
      answers.map(({ answer }) => answer === truth),
    );
    const share = agreed.filter(Boolean).length / agreed.length;
    expect(share).toBeGreaterThan(0.8);
    expect(share).toBeLessThan(0.97);
    for (const { answers, answer_type, multiple_choice_answer: truth } of annotations) {
      if (answer_type !== 'number') continue;
      for (const { answer } of answers.filter(({ answer }) => /^\d+$/.test(answer))) {
        expect(Math.abs(Number(answer) - Number(truth))).toBeLessThanOrEqual(Number(truth) >= 4 ? 1 : 0);
      }
    }
  });

  it('have no answer that is worth guessing', () => {
    const [common] = tally(annotations.map(({ multiple_choice_answer: answer }) => answer));
    expect(common![1] / annotations.length).toBeLessThan(0.35);
    let guessed = 0;
    for (const [type, own] of grouped(annotations, ({ question_type }) => question_type)) {
      const [best] = tally(own.map(({ multiple_choice_answer: answer }) => answer));
      guessed += best![1];
      expect(best![1], type).toBeLessThanOrEqual(own.length / 2 + 2);
    }
    expect(guessed / annotations.length).toBeLessThan(0.5);
  });

  it('get a yes as often as a no, and by their first three words they cannot be guessed', () => {
    const yesNo = annotations.filter(({ answer_type }) => answer_type === 'yes/no');
    const share =
      yesNo.filter(({ multiple_choice_answer: answer }) => answer === 'yes').length / yesNo.length;
    expect(Math.abs(share - 0.5)).toBeLessThan(0.03);
    const byOpening = grouped(
      questions.map(({ question }, index) => ({
        question,
        answer: annotations[index]!.multiple_choice_answer,
      })),
      ({ question }) => question.split(' ').slice(0, 3).join(' '),
    );
    const guessed = [...byOpening.values()].map((own) => tally(own.map(({ answer }) => answer))[0]![1]);
    expect(guessed.reduce((sum, count) => sum + count, 0) / questions.length).toBeLessThan(0.5);
  });

  it('are what the generator makes of its seed, however many scenes follow', () => {
    const first = questionsAbout(committedScenes(split, icons).slice(0, 60));
    const made = first.map(({ id, image, question, answer, answers }) => [
      id,
      image,
      question,
      answer,
      answers,
    ]);
    const stored = questions.slice(0, first.length).map(({ question_id, image_id, question }, index) => {
      const { multiple_choice_answer, answers } = annotations[index]!;
      return [question_id, image_id, question, multiple_choice_answer, answers];
    });
    expect(stored).toEqual(made);
  });
});

describe('the list of answers', () => {
  it("is distinct, sorted, and the generator's own", () => {
    const list: string[] = readJson('emoji-vqa', 'answer_list.json');
    expect(list).toEqual([...new Set(list)].sort());
    expect(list).toEqual(answerList);
  });
});

interface StoredPair {
  readonly sentence: string;
  readonly label: 'True' | 'False';
  readonly images: readonly [left: string, right: string];
  readonly identifier: string;
}

describe.each(sceneSplits)('the pairs of $name', (split) => {
  const pairs: StoredPair[] = readJson('emoji-nlvr', `nlvr_${split.name}.json`);
  const looks = ({ images }: StoredPair) => images.map((file) => byFile.get(file)!);
  const judged = pairs.map((pair) => {
    const [left, right] = looks(pair);
    return { ...pair, ...judge(pair.sentence, left!, right!) };
  });

  it('are of two different pictures of the split that have a class in common', () => {
    const present = new Set(readdirSync(pictures('emoji-nlvr')));
    const wrong = pairs.filter((pair) => {
      const [left, right] = looks(pair).map(({ objects }) =>
        objects.filter(({ distractor }) => !distractor).map(({ concept }) => concept),
      );
      return (
        !left!.some((concept) => right!.includes(concept)) ||
        pair.images[0] === pair.images[1] ||
        looks(pair).some((scene) => scene.split !== split.name) ||
        pair.images.some((file) => !present.has(file))
      );
    });
    expect(wrong).toEqual([]);
    expect(new Set(pairs.map(({ identifier }) => identifier)).size).toBe(pairs.length);
  });

  it('carry the label that someone gives who reads the sentence and looks at both', () => {
    const wrong = judged.filter(({ label, holds }) => (label === 'True') !== holds);
    expect(wrong.map(({ sentence, label, images }) => [sentence, label, images])).toEqual([]);
  });

  it('show every sentence once true and once false, so that words alone tell nothing', () => {
    for (const [sentence, own] of grouped(pairs, (pair) => pair.sentence)) {
      expect(own.map(({ label }) => label).sort(), sentence).toEqual(['False', 'True']);
    }
  });

  it('are of many sorts, none of them above a fifth', () => {
    const sorts = tally(judged.map(({ sort }) => String(sort)));
    expect(sorts.length).toBeGreaterThanOrEqual(15);
    expect(sorts[0]![1] / pairs.length).toBeLessThan(0.2);
  });

  it('cannot be told from one picture: its other pairs are true about as often as not', () => {
    const perPicture = grouped(
      pairs.flatMap(({ images, label }) => images.map((file) => ({ file, label }))),
      ({ file }) => file,
    );
    const hits = [...perPicture.values()].flatMap((own) =>
      own.map(({ label }) => {
        const same = own.filter((other) => other.label === label).length - 1;
        const rest = own.length - 1;
        return same === rest / 2 ? 0.5 : Number(same > rest / 2);
      }),
    );
    expect(hits.reduce((sum, hit) => sum + hit, 0) / hits.length).toBeLessThan(0.55);
  });

  it('are what the generator makes of its seed', () => {
    expect(pairs).toEqual(pairsAbout(split, icons));
  });
});

describe.each(['emoji-vqa', 'emoji-nlvr'])('the manifest of %s', (name) => {
  const folder = join(datasets, name);
  const manifest = parse(readFileSync(join(folder, 'manifest.yaml'), 'utf8'));

  it('has the checksum of the files that are there', async () => {
    expect(await filesChecksum(folder, '.json')).toBe(manifest.checksum.value);
  });

  it('counts the samples, and points to pictures and licences', () => {
    for (const { name: split } of sceneSplits) {
      const samples =
        name === 'emoji-vqa'
          ? readJson(name, `questions_${split}.json`).questions.length
          : readJson(name, `nlvr_${split}.json`).length;
      expect(manifest.splits[split].samples).toBe(samples);
    }
    expect(existsSync(join(folder, manifest.imageRoot, 'test_000000.webp'))).toBe(true);
    for (const { file } of manifest.licences) expect(existsSync(join(folder, file))).toBe(true);
  });

  it('stands in a folder of at most 3 MB', () => {
    const bytes = readdirSync(folder).map((file) => statSync(join(folder, file)).size);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(3_000_000);
  });
});
