/**
 * Text to token ids as transformers' fast tokenizers give them, truncated with the end token kept and padded.
 *
 * Source: `@huggingface/tokenizers` for the ids; transformers 4.53, `PreTrainedTokenizerBase.__call__` for the rest.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { messageOf, TurboError } from '../errors/turbo-error.js';
import { boundedCall } from './bounded-call.js';
import { readTokenizerFiles, type TokenizerConfig } from './tokenizer-files.js';

/** `longest`: as long as the longest text of the batch; `max-length`: always the maximum length. */
export type Padding = 'longest' | 'max-length';

export interface EncodeOptions {
  /** Tokens, special ones included. Default: what the model was made for. */
  readonly maxLength?: number;
  /** Default: the tokenizer's `defaultPadding`. */
  readonly padding?: Padding;
}

export interface EncodedBatch {
  /** [texts, tokens] */
  readonly inputIds: Int32Array;
  /** [texts, tokens] 1 for tokens, 0 for padding */
  readonly attentionMask: Int32Array;
  readonly shape: readonly [texts: number, tokens: number];
}

export interface Tokenizer {
  /** Longest input of the model, in tokens. */
  readonly maxLength: number;
  readonly padTokenId: number;
  /** SigLIP was trained on texts padded to the full length without a mask; all others take `longest`. */
  readonly defaultPadding: Padding;
  /** Ids of one text with its special tokens, truncated, not padded. */
  encode(text: string, options?: { maxLength?: number }): number[];
  /** Ids of one text with its special tokens, however long. */
  encodeWhole(text: string): number[];
  encodeBatch(texts: readonly string[], options?: EncodeOptions): EncodedBatch;
  decode(ids: readonly number[]): string;
  /** The id of a token written in full, such as `[DEC]`. */
  tokenId(token: string): number | undefined;
}

/** `model_max_length` is 10³⁰ where nobody set it. */
const UNSET_LENGTH = 1e6;

const TextLength = z.looseObject({
  max_position_embeddings: z.int().positive().optional(),
  text_config: z.looseObject({ max_position_embeddings: z.int().positive().optional() }).optional(),
});

/**
 * The tokenizer of a checkpoint folder.
 *
 * @param folder holds `tokenizer.json` (or its older forms) and `tokenizer_config.json`
 */
export async function loadTokenizer(folder: string): Promise<Tokenizer> {
  const { tokenizer, config } = await readTokenizerFiles(folder);
  for (const [key, side] of Object.entries({
    truncation_side: config.truncation_side,
    padding_side: config.padding_side,
  })) {
    if (side !== undefined && side !== 'right') {
      throw new TurboError(`the tokenizer's ${key} is not supported`, {
        where: folder,
        value: side,
        allowed: 'right',
      });
    }
  }
  const set = config.model_max_length;
  const maxLength = set !== undefined && set < UNSET_LENGTH ? set : await positionsOf(folder);
  return createTokenizer(tokenizer, config, maxLength, folder);
}

async function positionsOf(folder: string): Promise<number> {
  const text = await readFile(join(folder, 'config.json'), 'utf8').catch(() => '{}');
  const config = TextLength.safeParse(parsedOrNothing(text)).data;
  const positions = config?.text_config?.max_position_embeddings ?? config?.max_position_embeddings;
  if (positions !== undefined) return positions;
  throw new TurboError('the longest text of the model is not known', {
    where: folder,
    allowed: 'model_max_length in tokenizer_config.json, or max_position_embeddings in config.json',
  });
}

function parsedOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * @param tokenizerJson what `tokenizer.json` holds
 * @throws TurboError when it makes no tokenizer; its methods, when it makes nothing of a text or takes too long
 */
export function createTokenizer(
  tokenizerJson: object,
  config: TokenizerConfig,
  maxLength: number,
  where?: string,
): Tokenizer {
  const guarded = guardOf(tokenizerJson, where);
  const inner = guarded(() => new HuggingFaceTokenizer(withPaddingToken(tokenizerJson, config), config));
  const { prefix, suffix } = guarded(() => specialTokens(inner));
  const padTokenId = padToken(inner, config, where);
  const defaultPadding: Padding = config.tokenizer_class?.startsWith('Siglip') ? 'max-length' : 'longest';

  const encodeWhole = (text: string): number[] => guarded(() => inner.encode(text).ids, text);
  const encode = (text: string, limit: number): number[] => {
    const ids = encodeWhole(text);
    return ids.length <= limit ? ids : [...ids.slice(0, limit - suffix.length), ...suffix];
  };

  return {
    maxLength,
    padTokenId,
    defaultPadding,
    encode: (text, options = {}) => encode(text, checkedLength(options.maxLength ?? maxLength)),
    encodeWhole,
    encodeBatch(texts, options = {}) {
      const limit = checkedLength(options.maxLength ?? maxLength);
      return padded(
        texts.map((text) => encode(text, limit)),
        padTokenId,
        (options.padding ?? defaultPadding) === 'max-length' ? limit : undefined,
      );
    },
    decode: (ids) =>
      ids.length === 0 ? '' : guarded(() => inner.decode([...ids], { skip_special_tokens: true })),
    tokenId: (token) => inner.token_to_id(token),
  };

  function checkedLength(limit: number): number {
    const least = prefix.length + suffix.length;
    if (Number.isInteger(limit) && limit >= least && limit <= maxLength) return limit;
    throw new TurboError('the maximum length of a text is out of range', {
      where,
      value: limit,
      allowed: `an integer from ${least} (the special tokens) to ${maxLength} (the model's length)`,
    });
  }
}

/** Patterns of CLIP's, BERT's and SigLIP's tokenizers, which match in a time proportional to the text. */
const KNOWN_PATTERNS: ReadonlySet<string> = new Set([
  "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+",
  "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+",
  '\\s+',
  ' {2,}',
]);
/** Characters of a text that is watched whatever the patterns: merging a word takes more than its length. */
const LONG_TEXT = 10_000;
const LONGEST_MS = 10_000;

type Guard = <Result>(call: () => Result, text?: string) => Result;

/** Runs what a tokenizer file decides about: any failure is told of the file, and unknown patterns and long texts get a bounded time. */
function guardOf(tokenizerJson: object, where: string | undefined): Guard {
  const isKnown = patternsOf(tokenizerJson).every((pattern) => KNOWN_PATTERNS.has(pattern));
  const tooLong = () =>
    new TurboError(`the tokenizer takes longer than ${LONGEST_MS / 1000} s for one text`, {
      where,
      allowed: 'a tokenizer whose regular expressions do not try the same text over and over',
      next: 'take the tokenizer files from the original checkpoint, or shorten the text',
    });
  return (call, text = '') => {
    try {
      return isKnown && text.length < LONG_TEXT ? call() : boundedCall(call, LONGEST_MS, tooLong);
    } catch (thrown) {
      if (thrown instanceof TurboError) throw thrown;
      throw new TurboError(`the tokenizer cannot be used: ${messageOf(thrown)}`, {
        where,
        next: 'take tokenizer.json and tokenizer_config.json from the original checkpoint',
        cause: thrown,
      });
    }
  };
}

/** All regular expressions in a tokenizer file, wherever they stand outside of its vocabulary. */
function patternsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
    if (key === 'vocab' || key === 'merges' || key === 'added_tokens') return [];
    return key === 'Regex' ? [String(item)] : patternsOf(item);
  });
}

const TokenizerJson = z.looseObject({
  added_tokens: z.array(z.looseObject({ content: z.string() })).default([]),
  model: z.looseObject({ vocab: z.unknown() }),
});

/**
 * `tokenizer.json` with the padding token among the added ones, where the config names it and the file does not: written in a
 * text it is that token. So transformers has it, and so every `!` of a prompt is padding to Stable Diffusion 2.
 */
function withPaddingToken(tokenizerJson: object, { pad_token: content }: TokenizerConfig): object {
  const { added_tokens: added, ...rest } = TokenizerJson.parse(tokenizerJson);
  if (content == null || added.some((token) => token.content === content)) return tokenizerJson;
  const id = z.record(z.string(), z.int()).safeParse(rest.model.vocab).data?.[content];
  if (id === undefined) return tokenizerJson;
  const token = {
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  };
  return { ...rest, added_tokens: [...added, token] };
}

/** What the tokenizer puts before and after every text. */
function specialTokens(inner: HuggingFaceTokenizer): { prefix: number[]; suffix: number[] } {
  const bare: number[] = inner.encode('a', { add_special_tokens: false }).ids;
  const full: number[] = inner.encode('a').ids;
  const start = full.findIndex((_, at) => bare.every((id, offset) => full[at + offset] === id));
  return { prefix: full.slice(0, start), suffix: full.slice(start + bare.length) };
}

function padToken(inner: HuggingFaceTokenizer, config: TokenizerConfig, where: string | undefined): number {
  const id = config.pad_token == null ? undefined : inner.token_to_id(config.pad_token);
  if (id !== undefined) return id;
  throw new TurboError('the tokenizer has no padding token', {
    where,
    value: config.pad_token ?? null,
    allowed: 'pad_token in tokenizer_config.json, a token of the vocabulary',
  });
}

function padded(rows: readonly number[][], padTokenId: number, length?: number): EncodedBatch {
  const tokens = length ?? rows.reduce((longest, row) => Math.max(longest, row.length), 0);
  const inputIds = new Int32Array(rows.length * tokens).fill(padTokenId);
  const attentionMask = new Int32Array(rows.length * tokens);
  rows.forEach((row, text) => {
    inputIds.set(row, text * tokens);
    attentionMask.fill(1, text * tokens, text * tokens + row.length);
  });
  return { inputIds, attentionMask, shape: [rows.length, tokens] };
}
