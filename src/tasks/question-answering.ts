/**
 * Visual question answering: an open answer, or the likeliest one of a list.
 *
 * Source: `vqa.py` of github.com/salesforce/BLIP. One thing differs: there a generated answer also sees the padding of its question, so that it depends on
 * its batch; here it does not.
 */
import type { Dataset, QuestionAnsweringDataset } from '../datasets/dataset.js';
import { ofKind } from '../datasets/open-dataset.js';
import { type TensorData, tensorData } from '../engines/index.js';
import { generateText, paddedRows } from '../generation/generate.js';
import { requireRoom } from '../generation/room.js';
import { answerAccuracy, vqaAccuracy } from '../metrics/vqa/vqa-accuracy.js';
import type { Model } from '../models/model.js';
import { openTextDecoder } from '../models/text-decoder.js';
import type { Tokenizer } from '../text/tokenizer.js';
import { openAnswerRanking, requireAnswerList } from './answer-ranking.js';
import { type Example, examplePositions, mostCommon } from './examples.js';
import type { QuestionAnsweringOptions } from './options.js';
import { type Metrics, type PreparedTask, RANDOM_WEIGHTS, type TaskSetting, type TextSide } from './task.js';
import { taskDataset } from './task-dataset.js';
import { requirePart, textRows, tokenizerOf } from './text-batch.js';
import { generatedPart, tokenStore } from './token-store.js';

const IMAGE = 'last_hidden_state';
const TEXT = 'sequences';
/** Tokens of a question at most, as in the official evaluation. */
const LONGEST_QUESTION = 35;
/** Tokens that stand before an answer. */
const START_TOKENS = 1;

export async function prepareQuestionAnswering(
  options: QuestionAnsweringOptions,
  setting: TaskSetting,
): Promise<PreparedTask> {
  const { model, engine, session } = setting;
  const { dataset, tokenizer } = await answerable(options, model, await taskDataset(options, setting));
  const { images, questions, answerList } = dataset;
  const special = model.specialTokens!;
  const lead = options.lead === 'enc' ? special.encoderId : null;
  const rows = textRows(
    questions.map(({ text }) => text),
    tokenizer,
    LONGEST_QUESTION,
    lead,
  );
  const isRandom = model.weightsKind === 'random';
  return {
    kind: 'scored',
    samples: questions.map(({ id, image }) => ({ id, image: images[image]!.image })),
    references: [],
    outputs: [IMAGE],
    decodes: true,
    metricsNote: isRandom ? RANDOM_WEIGHTS : '',
    async openTextSide(reduced) {
      const graph = model.buildPart('question', { sequenceLength: rows.length, ...reduced });
      const states = graph.outputs.question_embeds!.shape[1] as number;
      const encoder = await engine.createSession(graph, session);
      const answering =
        options.answers === 'rank'
          ? await openAnswerRanking({
              ...setting,
              answerList,
              tokenizer,
              top: options.rankTop,
              length: states,
            })
          : await openGeneration(options, setting, states);
      return {
        async run(positions, outputs) {
          const { ids, mask } = rows.batch(positions);
          const question = await encoder.run({
            input_ids: ids,
            attention_mask: mask,
            encoder_hidden_states: outputs[IMAGE]!,
          });
          const left = question.question_mask ?? mask;
          return { [TEXT]: await answering.answer(question.question_embeds!, left, positions) };
        },
        async release() {
          await encoder.release();
          await answering.release();
        },
      };
    },
    start() {
      const texts = tokenStore();
      const answerOf = (ids: readonly number[]): string =>
        tokenizer.decode(generatedPart(ids, START_TOKENS, special.endId));
      const answered = () =>
        texts.entries().map(([at, ids]) => ({ question: questions[at]!, answer: answerOf(ids) }));
      return {
        add: (positions, outputs) => {
          if (outputs[TEXT] !== undefined) texts.set(positions, outputs[TEXT]);
        },
        addReference: () => {},
        count: () => texts.count(),
        score(): Metrics {
          if (isRandom) return {};
          const { accuracy, byAnswerType } = vqaAccuracy(
            answered().map(({ answer, question: { answers, answerType = '', questionType = '' } }) => ({
              ...{ answer, humanAnswers: answers, answerType, questionType },
            })),
          );
          return { vqaAccuracy: accuracy, ...namedByType(byAnswerType) };
        },
        outcomes: () =>
          isRandom
            ? []
            : answered().map(({ answer: said, question: { id: sample, answers } }) => ({
                ...{ sample, said, vqaAccuracy: answerAccuracy(said, answers) },
              })),
        examples(): Example[] {
          if (isRandom) return [];
          const shown = new Set(examplePositions(questions.length));
          return texts
            .entries()
            .filter(([position]) => shown.has(position))
            .map(([position, ids]) => {
              const { text: question, answers } = questions[position]!;
              const said = answerOf(ids);
              const score = answerAccuracy(said, answers);
              return { position, question, said, expected: mostCommon(answers), score };
            });
        },
      };
    },
  };
}

/** @throws TurboError for a model that answers no questions, a dataset without them or without answers to rank, and an answer without room */
export async function answerable(
  options: QuestionAnsweringOptions,
  model: Model,
  dataset: Dataset,
): Promise<{ readonly dataset: QuestionAnsweringDataset; readonly tokenizer: Tokenizer }> {
  requirePart(
    model,
    'question',
    options.task,
    'a model that answers questions, such as BlipForQuestionAnswering',
  );
  const own = ofKind(dataset, 'question-answering');
  if (options.answers === 'rank') requireAnswerList(own.answerList);
  else requireRoom(START_TOKENS, options.generate, model.partMaxLength);
  return { dataset: own, tokenizer: await tokenizerOf(model) };
}

/** Answers questions whose states are given. */
export interface Answering {
  /** @returns ids behind the start token, [questions, length] int64 */
  answer(states: TensorData, mask: TensorData, positions: readonly number[]): Promise<TensorData>;
  release: TextSide['release'];
}

async function openGeneration(
  { generate }: QuestionAnsweringOptions,
  { model, engine, session }: TaskSetting,
  questionLength: number,
): Promise<Answering> {
  const special = model.specialTokens!;
  const decoder = await openTextDecoder({
    ...{ model, engine, session, crossModal: null, imageTokens: questionLength, imageMask: true },
    beams: generate.numBeams,
    promptLength: START_TOKENS,
    maxLength: generate.maxLength,
  });
  return {
    async answer(states, mask, positions) {
      const texts = await generateText(
        decoder.begin(states, mask),
        [special.decoderId],
        generate,
        special,
        positions,
      );
      const ids = paddedRows(texts, generate.maxLength, special.padId);
      return tensorData(ids, [positions.length, generate.maxLength]);
    },
    release: () => decoder.release(),
  };
}

const typeNames: Readonly<Record<string, string>> = {
  'yes/no': 'vqaAccuracyYesNo',
  number: 'vqaAccuracyNumber',
  other: 'vqaAccuracyOther',
};

function namedByType(byAnswerType: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries(
    [...byAnswerType].flatMap(([type, accuracy]) =>
      typeNames[type] === undefined ? [] : [[typeNames[type], accuracy]],
    ),
  );
}
