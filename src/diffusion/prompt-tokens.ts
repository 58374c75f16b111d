/**
 * Prompts as the text encoder of Stable Diffusion takes them: rows of one fixed length, what does not fit cut off and told.
 *
 * Source: `StableDiffusionPipeline.encode_prompt` of diffusers 0.42. The rows are padded with the token that the tokenizer's
 * config names: the end token in Stable Diffusion 1, `!` in 2. Padding is attended to like any token.
 */
import { TurboError } from '../errors/turbo-error.js';
import type { Tokenizer } from '../text/tokenizer.js';

/** The end of a prompt that the text encoder has no room for. */
export interface DroppedEnd {
  /** Which prompt, from 0. */
  readonly prompt: number;
  /** How many tokens of it were left out. */
  readonly tokens: number;
  /** What they say, as the tokenizer spells it: lower case, words set apart. */
  readonly text: string;
}

/** Where the words of a prompt stand in its row: positions `from` ≤ position < `to`. */
export interface ContentRange {
  readonly from: number;
  readonly to: number;
}

export interface PromptTokens {
  /** [prompts, tokens] */
  readonly inputIds: Int32Array;
  readonly shape: readonly [prompts: number, tokens: number];
  /** After the start token and before the first end token, for each prompt; nothing for an empty one. */
  readonly content: readonly ContentRange[];
  readonly dropped: readonly DroppedEnd[];
}

/**
 * Rows of `tokenizer.maxLength` ids (77 for Stable Diffusion), start and end token included.
 *
 * @throws TurboError when the tokenizer does not put one token before and one after a text, as CLIP's does
 */
export function promptTokens(tokenizer: Tokenizer, prompts: readonly string[]): PromptTokens {
  const [start, end, ...others] = tokenizer.encodeWhole('');
  if (start === undefined || end === undefined || others.length > 0)
    throw new TurboError('the tokenizer is not one of CLIP: an empty text is not a start and an end token', {
      value: tokenizer.encodeWhole(''),
      next: 'a Stable Diffusion checkpoint in the layout of diffusers has its tokenizer in the folder `tokenizer`',
    });
  const length = tokenizer.maxLength;
  const whole = prompts.map((prompt) => tokenizer.encodeWhole(prompt));
  const { inputIds } = tokenizer.encodeBatch(prompts, { padding: 'max-length' });
  return {
    inputIds,
    shape: [prompts.length, length],
    content: prompts.map((_, prompt) => {
      const row = inputIds.subarray(prompt * length, (prompt + 1) * length);
      return { from: 1, to: row.indexOf(end) };
    }),
    dropped: whole.flatMap((ids, prompt) => {
      const left = ids.slice(length - 1, -1);
      return left.length === 0 ? [] : [{ prompt, tokens: left.length, text: tokenizer.decode(left) }];
    }),
  };
}

/** [prompts, tokens] 1 where a prompt has content, 0 at its start and end token and at padding. */
export function contentMask({ content, shape: [prompts, tokens] }: PromptTokens): Float32Array {
  const mask = new Float32Array(prompts * tokens);
  content.forEach(({ from, to }, prompt) => {
    mask.fill(1, prompt * tokens + from, prompt * tokens + to);
  });
  return mask;
}

/** Characters of a dropped end that are shown. */
const LONGEST_SHOWN = 100;

/** What to tell the user of a prompt that was cut. */
export function droppedNotice({ prompt, tokens, text }: DroppedEnd, maxLength: number): string {
  const shown = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
  return `prompt ${prompt + 1} is longer than the ${maxLength} tokens of the text encoder: its last ${tokens} were left out (“${shown}”)`;
}
