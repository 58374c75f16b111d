/**
 * The likeliest answer of a list: the `top` answers whose first token is most probable are read whole, and the one of greatest likelihood is taken.
 *
 * Source: `rank_answer` of `models/blip_vqa.py` (github.com/salesforce/BLIP): the likelihood is a sum over the tokens of an answer, its end token included, with
 * label smoothing 0.1, and is not divided by the length.
 */
import { pickRows, type TensorData, tensorData } from '../engines/index.js';
import { TurboError } from '../errors/turbo-error.js';
import type { Tokenizer } from '../text/tokenizer.js';
import type { Answering } from './question-answering.js';
import type { TaskSetting } from './task.js';

const LABEL_SMOOTHING = 0.1;
/** Answers that are read in one pass. */
const AT_ONCE = 32;

export interface AnswerRankingOptions extends TaskSetting {
  readonly answerList: readonly string[] | undefined;
  readonly tokenizer: Tokenizer;
  readonly top: number;
  /** Tokens of a question. */
  readonly length: number;
}

export async function openAnswerRanking(options: AnswerRankingOptions): Promise<Answering> {
  const { model, engine, session, tokenizer, length: imageTokens } = options;
  const answerList = requireAnswerList(options.answerList);
  const { decoderId, padId } = model.specialTokens!;
  const ids = answerList.map((answer) => [decoderId, ...tokenizer.encode(answer).slice(1)]);
  const longest = Math.max(...ids.map((row) => row.length));
  const part = { imageTokens, imageMask: true };
  const first = await engine.createSession(
    model.buildPart('decoder', { ...part, sequenceLength: 1, outputs: ['next_logits'] }),
    session,
  );
  const whole = await engine.createSession(
    model.buildPart('decoder', { ...part, sequenceLength: longest, outputs: ['logits'] }),
    session,
  );
  const rowsOf = (answers: readonly number[]): TensorData => {
    const rows = new BigInt64Array(answers.length * longest).fill(BigInt(padId));
    answers.forEach((answer, row) => {
      ids[answer]!.forEach((id, at) => {
        rows[row * longest + at] = BigInt(id);
      });
    });
    return tensorData(rows, [answers.length, longest]);
  };

  /** The candidates of greatest first-token logit; equal ones in the order of the list. */
  const candidates = (logits: Float32Array): number[] =>
    [...ids.keys()]
      .sort((a, b) => logits[ids[b]![1]!]! - logits[ids[a]![1]!]! || a - b)
      .slice(0, options.top)
      .sort((a, b) => a - b);

  const likelihoods = async (
    answers: readonly number[],
    question: number,
    states: TensorData,
    mask: TensorData,
  ) => {
    const again = answers.map(() => question);
    const { logits } = await whole.run({
      decoder_input_ids: rowsOf(answers),
      encoder_hidden_states: pickRows(states, again),
      encoder_attention_mask: pickRows(mask, again),
    });
    const vocabulary = logits!.shape[2]!;
    return answers.map((answer, row) => {
      let sum = 0;
      for (let at = 1; at < ids[answer]!.length; at++) {
        const start = (row * longest + at - 1) * vocabulary;
        const values = (logits!.data as Float32Array).subarray(start, start + vocabulary);
        sum += smoothedLogProbability(values, ids[answer]![at]!);
      }
      return sum;
    });
  };

  return {
    async answer(states, mask, positions) {
      const starts = new BigInt64Array(positions.length).fill(BigInt(decoderId));
      const { next_logits: next } = await first.run({
        decoder_input_ids: tensorData(starts, [positions.length, 1]),
        encoder_hidden_states: states,
        encoder_attention_mask: mask,
      });
      const vocabulary = next!.shape[1]!;
      const chosen: number[] = [];
      for (const question of positions.keys()) {
        const row = (next!.data as Float32Array).subarray(question * vocabulary, (question + 1) * vocabulary);
        const answers = candidates(row);
        const scores: number[] = [];
        for (let from = 0; from < answers.length; from += AT_ONCE) {
          const part = answers.slice(from, from + AT_ONCE);
          scores.push(...(await likelihoods(part, question, states, mask)));
        }
        chosen.push(answers[scores.indexOf(Math.max(...scores))]!);
      }
      return rowsOf(chosen);
    },
    async release() {
      await first.release();
      await whole.release();
    },
  };
}

/** @throws TurboError for a dataset without answers to choose among */
export function requireAnswerList(answerList: readonly string[] | undefined): readonly string[] {
  if (answerList !== undefined) return answerList;
  throw new TurboError('The dataset has no list of answers to rank', {
    value: 'answers: rank',
    allowed: 'answer_list.json beside its annotations, or answers: generate',
  });
}

/** (1 − ε)·log p(target) + ε·mean log p. */
export function smoothedLogProbability(logits: Float32Array, target: number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const logit of logits) most = Math.max(most, logit);
  let total = 0;
  let sum = 0;
  for (const logit of logits) {
    total += Math.exp(logit - most);
    sum += logit;
  }
  const normalizer = most + Math.log(total);
  return (
    (1 - LABEL_SMOOTHING) * (logits[target]! - normalizer) +
    LABEL_SMOOTHING * (sum / logits.length - normalizer)
  );
}
