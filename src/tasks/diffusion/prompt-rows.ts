/** Prompts as ids for the text encoder of a pipeline, and what of them did not fit. */
import { join } from 'node:path';
import {
  contentMask,
  droppedNotice,
  type PromptTokens,
  promptTokens,
} from '../../diffusion/prompt-tokens.js';
import { TurboError } from '../../errors/turbo-error.js';
import type { Pipeline } from '../../models/stable-diffusion/pipeline.js';
import { seededRandom } from '../../random/seeded.js';
import { loadTokenizer } from '../../text/tokenizer.js';

export interface PromptRows {
  /** Tokens of every row. */
  readonly length: number;
  /** Row of each prompt that was given. */
  readonly rowOf: ReadonlyMap<string, number>;
  /** [rows, length] */
  readonly ids: Int32Array;
  /** [rows, length] 1 where a prompt has content. */
  readonly content: Float32Array;
  /** What to tell of prompts that were cut: the first of them, and how many there are. */
  readonly notices: readonly string[];
}

/**
 * @param prompts may name a prompt several times; it has one row
 * @throws TurboError when the pipeline has weights and no tokenizer
 */
export async function promptRows(pipeline: Pipeline, prompts: readonly string[]): Promise<PromptRows> {
  const distinct = [...new Set(prompts)];
  const tokens =
    pipeline.folder === null
      ? await madeUpTokens(pipeline, distinct)
      : promptTokens(await loadTokenizer(join(pipeline.folder, 'tokenizer')), distinct);
  const [, length] = tokens.shape;
  return {
    length,
    rowOf: new Map(distinct.map((prompt, row) => [prompt, row])),
    ids: tokens.inputIds,
    content: contentMask(tokens),
    notices: cutNotices(tokens, length, distinct.length),
  };
}

function cutNotices({ dropped }: PromptTokens, length: number, prompts: number): string[] {
  const [first] = dropped;
  if (first === undefined) return [];
  const others = dropped.length > 1 ? `; ${dropped.length} of ${prompts} texts are too long` : '';
  return [`${droppedNotice(first, length)}${others}`];
}

/** A preset has no tokenizer: one id a word, drawn by the word, is as good for weights that mean nothing. */
async function madeUpTokens(pipeline: Pipeline, prompts: readonly string[]): Promise<PromptTokens> {
  if (pipeline.weightsKind !== 'random')
    throw new TurboError('The pipeline has no tokenizer', { where: pipeline.reference });
  const { vocab_size: vocabulary, max_position_embeddings: length } = (await pipeline.textEncoder()).config;
  const [start, end] = [vocabulary - 2, vocabulary - 1];
  const words = prompts.map((prompt) => prompt.split(/\s+/).filter(Boolean));
  const inputIds = new Int32Array(prompts.length * length).fill(end);
  const kept = words.map((all) => all.slice(0, length - 2));
  kept.forEach((row, prompt) => {
    const ids = [start, ...row.map((word) => seededRandom('word', word).integer(start))];
    inputIds.set(ids, prompt * length);
  });
  return {
    inputIds,
    shape: [prompts.length, length],
    content: kept.map((row) => ({ from: 1, to: row.length + 1 })),
    dropped: words.flatMap((all, prompt) => {
      const left = all.slice(length - 2);
      return left.length === 0 ? [] : [{ prompt, tokens: left.length, text: left.join(' ') }];
    }),
  };
}
