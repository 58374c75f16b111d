import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ofKind, openDataset } from '../../src/datasets/open-dataset.js';
import { dataset } from './small-datasets.js';

const human = (...answers: string[]) =>
  answers.map((answer, index) => ({ answer, answer_confidence: 'yes', answer_id: index + 1 }));

const QUESTIONS = [
  { image_id: 262148, question: 'Where is he looking?', question_id: 262148000 },
  { image_id: 42, question: 'Is it red? ', question_id: 42000 },
  { image_id: 262148, question: 'How many dogs are there?', question_id: 262148001 },
];

const ANNOTATIONS = [
  {
    image_id: 42,
    question_id: 42000,
    answer_type: 'yes/no',
    question_type: 'is it',
    answers: human('yes', 'yes', 'no'),
  },
  { image_id: 262148, question_id: 262148001, answers: human('2') },
  { image_id: 262148, question_id: 262148000, answer_type: 'other', answers: human('down') },
].map((annotation) => ({ multiple_choice_answer: 'x', ...annotation }));

const OFFICIAL = {
  'v2_OpenEnded_mscoco_val2014_questions.json': {
    info: {},
    data_type: 'mscoco',
    data_subtype: 'val2014',
    questions: QUESTIONS,
  },
  'v2_mscoco_val2014_annotations.json': { data_subtype: 'val2014', annotations: ANNOTATIONS },
  'val2014/COCO_val2014_000000262148.jpg': '1',
  'val2014/COCO_val2014_000000000042.jpg': '22',
};

const IMAGES = [
  { id: 42, file_name: 'val_0042.webp' },
  { id: 7, file_name: 'val_0007.webp' },
  { id: 262148, file_name: 'val_0001.webp' },
];

/** The same under plain names, parts of it replaced. */
const plain = (
  parts: { questions?: unknown; annotations?: unknown; images?: unknown; answers?: unknown } = {},
) => ({
  'questions_val.json': { questions: parts.questions ?? QUESTIONS },
  'annotations_val.json': { annotations: parts.annotations ?? ANNOTATIONS },
  'images_val.json': { images: parts.images ?? IMAGES },
  ...(parts.answers === undefined ? {} : { 'answer_list.json': parts.answers }),
  'images/val_0001.webp': '1',
  'images/val_0042.webp': '22',
});

const open = async (files: Record<string, unknown>, options: object = {}) =>
  ofKind(
    await openDataset('vqa', {
      ...(await dataset('vqa', 'vqa-v2', files, { splits: { val: {}, test: {} } })),
      split: 'val',
      ...options,
    }),
    'question-answering',
  );

describe('VQAv2', () => {
  it('reads the official files: questions in their order, all answers as people gave them', async () => {
    const vqa = await open(OFFICIAL);
    expect(vqa.questions).toEqual([
      { id: '262148000', text: 'Where is he looking?', image: 0, answers: ['down'], answerType: 'other' },
      {
        id: '42000',
        text: 'Is it red?',
        image: 1,
        answers: ['yes', 'yes', 'no'],
        answerType: 'yes/no',
        questionType: 'is it',
      },
      { id: '262148001', text: 'How many dogs are there?', image: 0, answers: ['2'] },
    ]);
    expect(vqa.images.map(({ id }) => id)).toEqual([
      'COCO_val2014_000000262148.jpg',
      'COCO_val2014_000000000042.jpg',
    ]);
    expect(vqa.images[1]!.image).toMatchObject({
      path: expect.stringContaining(join('val2014', 'COCO_val2014_000000000042.jpg')),
    });
    expect(vqa).not.toHaveProperty('answerList');
    expect((await open(OFFICIAL, { split: 'val2014' })).questions).toEqual(vqa.questions);
  });

  it('reads plain names with a list of pictures and one of candidate answers', async () => {
    const vqa = await open(plain({ answers: ['yes', 'no', '2', 'down'] }));
    expect(vqa.images.map(({ id }) => id)).toEqual(['val_0001.webp', 'val_0042.webp']);
    expect(vqa.questions.map(({ image }) => image)).toEqual([0, 1, 0]);
    expect(vqa.answerList).toEqual(['yes', 'no', '2', 'down']);
  });

  it('takes ids that are texts', async () => {
    const vqa = await open(
      plain({
        questions: [{ question_id: 'q1', image_id: 'a', question: 'What?' }],
        annotations: [{ question_id: 'q1', image_id: 'a', answers: human('a') }],
        images: [{ id: 'a', file_name: 'val_0001.webp' }],
      }),
    );
    expect(vqa.questions[0]).toMatchObject({ id: 'q1', image: 0 });
  });

  it('has another digest with another answer, question, candidate or picture', async () => {
    const changed = [
      plain(),
      plain({ answers: ['yes'] }),
      plain({ annotations: [{ ...ANNOTATIONS[0], answers: human('no') }, ...ANNOTATIONS.slice(1)] }),
      plain({ questions: [{ ...QUESTIONS[0], question: 'Why?' }, ...QUESTIONS.slice(1)] }),
      { ...plain(), 'images/val_0001.webp': 'longer' },
    ];
    const digests = await Promise.all(changed.map(async (files) => (await open(files)).digest()));
    expect(new Set(digests).size).toBe(changed.length);
    expect(await (await open(plain())).digest()).toBe(digests[0]);
  });

  it('draws questions by the seed, with their pictures', async () => {
    const vqa = await open(plain(), { limit: 1, seed: 2 });
    expect(vqa.questions.length).toBe(1);
    expect(vqa.images.length).toBe(1);
  });
});

describe('data of VQAv2 that is not sound', () => {
  const [first, second, third] = QUESTIONS;
  const [, ...others] = ANNOTATIONS;

  it.each<[string, Record<string, unknown>, RegExp]>([
    [
      'a question twice',
      plain({ questions: [...QUESTIONS, first] }),
      /the question 262148000 stands there more than once[\s\S]*questions_val/,
    ],
    [
      'an annotation twice',
      plain({ annotations: [...ANNOTATIONS, ANNOTATIONS[0]] }),
      /annotation of question 42000 stands there more than once/,
    ],
    [
      'a picture twice',
      plain({ images: [...IMAGES, IMAGES[0]] }),
      /the picture 42 stands there more than once[\s\S]*images_val/,
    ],
    [
      'a picture that is not listed',
      plain({ images: IMAGES.slice(0, 2) }),
      /picture 262148 that the file does not list[\s\S]*images_val/,
    ],
    [
      'a question without annotation',
      plain({ annotations: others }),
      /the question 42000 has no annotation[\s\S]*annotations_val/,
    ],
    [
      'an annotation without question',
      plain({ questions: [first, third] }),
      /answers the question 42000, which is not asked/,
    ],
    [
      'an annotation of another picture',
      plain({ questions: [first, { ...second, image_id: 262148 }, third] }),
      /42000 are about different pictures/,
    ],
    [
      'an annotation without answers',
      plain({ annotations: [{ ...ANNOTATIONS[0], answers: [] }, ...others] }),
      /annotations_val.*not the annotation file/,
    ],
    [
      'an empty question',
      plain({ questions: [first, { ...second, question: ' ' }, third] }),
      /the text of question 42000 is empty/,
    ],
    [
      'a candidate answer twice',
      plain({ answers: ['yes', 'no', 'yes'] }),
      /the answer yes stands there more than once[\s\S]*answer_list/,
    ],
    ['an empty candidate answer', plain({ answers: ['yes', ''] }), /answer_list.*not the annotation file/],
    [
      'candidate answers that are no list',
      plain({ answers: { yes: 0 } }),
      /answer_list.*not the annotation file/,
    ],
    [
      'a picture outside the folder',
      plain({ images: [{ id: 262148, file_name: '../../etc/passwd' }, IMAGES[0]] }),
      /outside the dataset[\s\S]*etc\/passwd/,
    ],
    [
      'a picture that is not there',
      { ...plain({ images: [{ id: 42, file_name: 'gone.webp' }, IMAGES[2]] }) },
      /gone\.webp, which does not exist/,
    ],
    ['no questions', plain({ questions: [], annotations: [] }), /the split val of the dataset vqa is empty/],
    ['no JSON', { 'questions_val.json': '<html>' }, /questions_val.*not the annotation file/],
  ])('is refused with %s', async (_, files, said) => {
    await expect(open(files)).rejects.toThrow(said);
  });

  it('is refused without answers, as test-dev is, since nothing could be scored', async () => {
    const files = { 'v2_OpenEnded_mscoco_test-dev2015_questions.json': { questions: QUESTIONS } };
    await expect(open(files, { split: 'test-dev' })).rejects.toThrow(
      /test-dev has questions but no answers[\s\S]*v2_mscoco_test-dev2015_annotations\.json[\s\S]*use split: val/,
    );
  });

  it('is refused when nothing says which picture an id is', async () => {
    const { 'images_val.json': _, ...files } = plain();
    await expect(open(files)).rejects.toThrow(/there is no images_val\.json/);
    const questions = { data_subtype: 'val2014', questions: [{ ...first, image_id: 'a/b' }] };
    const annotations = [{ ...ANNOTATIONS[2], image_id: 'a/b' }];
    const outside = { data_subtype: '../../val2014', questions: [first] };
    await expect(open({ 'questions_val.json': outside })).rejects.toThrow(
      /questions_val.*not the annotation file/,
    );
    await expect(
      open({ 'questions_val.json': questions, 'annotations_val.json': { annotations } }),
    ).rejects.toThrow(/a\/b is not the number of a picture of COCO/);
  });

  it('is refused when two ids stand for one file', async () => {
    const images = [...IMAGES, { id: 8, file_name: 'val_0001.webp' }];
    await expect(open(plain({ images }))).rejects.toThrow(
      /the file val_0001\.webp stands there more than once/,
    );
  });

  it('names the splits that are there, or the files that must be', async () => {
    await expect(open(OFFICIAL, { split: 'train' })).rejects.toThrow(/no split train[\s\S]*val2014/);
    await expect(open({})).rejects.toThrow(
      /neither questions_val\.json nor v2_OpenEnded_mscoco_val2014_questions\.json/,
    );
  });
});
