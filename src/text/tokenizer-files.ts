/**
 * The tokenizer files of a checkpoint folder: `tokenizer.json`, or what older checkpoints have in its place
 * (`vocab.json` and `merges.txt` of CLIP, `vocab.txt` of BERT), written as a `tokenizer.json` would be.
 *
 * Source: transformers 4.53, `convert_slow_tokenizer.py` (CLIPConverter, BertConverter).
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, systemCode, TurboError } from '../errors/turbo-error.js';

const TokenText = z.union([
  z.string(),
  z.object({ content: z.string() }).transform(({ content }) => content),
]);

/** The keys of `tokenizer_config.json` that decide about ids; the others are handed on unread. */
export const TokenizerConfig = z.looseObject({
  tokenizer_class: z.string().optional(),
  model_max_length: z.number().optional(),
  truncation_side: z.string().optional(),
  padding_side: z.string().optional(),
  pad_token: TokenText.nullish(),
  do_lower_case: z.boolean().optional(),
  strip_accents: z.boolean().nullish(),
  tokenize_chinese_chars: z.boolean().optional(),
  added_tokens_decoder: z.record(z.string(), z.looseObject({ content: z.string() })).optional(),
});
export type TokenizerConfig = z.infer<typeof TokenizerConfig>;

export interface TokenizerFiles {
  /** What `tokenizer.json` holds. */
  readonly tokenizer: object;
  readonly config: TokenizerConfig;
}

export async function readTokenizerFiles(folder: string): Promise<TokenizerFiles> {
  const config = await readConfig(folder);
  const tokenizer =
    (await readJson(join(folder, 'tokenizer.json'), z.looseObject({ model: z.looseObject({}) }))) ??
    (await fromClipFiles(folder, config)) ??
    (await fromBertVocabulary(folder, config));
  if (tokenizer === undefined) {
    throw new TurboError('the checkpoint has no tokenizer', {
      where: folder,
      allowed: 'tokenizer.json, or vocab.json with merges.txt (CLIP), or vocab.txt (BERT)',
      next: 'put these files there, or name a folder or hub id that has them as `tokenizer` of the model',
    });
  }
  return { tokenizer, config };
}

/**
 * `special_tokens_map.json` is heard before `tokenizer_config.json`, but where the latter lists its added tokens, as files since
 * 2023 do. The two disagree in Stable Diffusion 2, which pads with `!`.
 */
async function readConfig(folder: string): Promise<TokenizerConfig> {
  const specials = await readJson(join(folder, 'special_tokens_map.json'), TokenizerConfig);
  const config = await readJson(join(folder, 'tokenizer_config.json'), TokenizerConfig);
  return config?.added_tokens_decoder === undefined ? { ...config, ...specials } : { ...specials, ...config };
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return undefined;
    throw new TurboError(`${path} cannot be read: ${messageOf(thrown)}`, { where: path, cause: thrown });
  }
}

async function readJson<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): Promise<z.infer<Schema> | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch (thrown) {
    const reason = thrown instanceof z.ZodError ? z.prettifyError(thrown) : messageOf(thrown);
    throw new TurboError(`${path} is not a tokenizer file: ${reason}`, { where: path, cause: thrown });
  }
}

const CLIP_START = '<|startoftext|>';
const CLIP_END = '<|endoftext|>';
const CLIP_WORDS = "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

async function fromClipFiles(folder: string, config: TokenizerConfig): Promise<object | undefined> {
  const path = join(folder, 'vocab.json');
  const vocabulary = await readJson(path, z.record(z.string(), z.int()));
  const merges = await readText(join(folder, 'merges.txt'));
  if (vocabulary === undefined || merges === undefined) return undefined;
  const start = vocabulary[CLIP_START];
  const end = vocabulary[CLIP_END];
  if (start === undefined || end === undefined) {
    throw new TurboError('the vocabulary is not one of CLIP', {
      where: path,
      value: config.tokenizer_class,
      allowed: `a vocabulary with ${CLIP_START} and ${CLIP_END}, or a tokenizer.json beside it`,
    });
  }
  const lines = merges.split('\n').filter((line) => line.trim() !== '');
  if (lines[0]?.startsWith('#version')) lines.shift();
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [addedToken(start, CLIP_START, true), addedToken(end, CLIP_END, true)],
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'NFC' },
        { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' },
        { type: 'Lowercase' },
      ],
    },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: CLIP_WORDS }, behavior: 'Removed', invert: true },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
      ],
    },
    post_processor: {
      type: 'RobertaProcessing',
      sep: [CLIP_END, end],
      cls: [CLIP_START, start],
      trim_offsets: false,
      add_prefix_space: false,
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: CLIP_END,
      continuing_subword_prefix: '',
      end_of_word_suffix: '</w>',
      fuse_unk: false,
      byte_fallback: false,
      vocab: vocabulary,
      merges: lines,
    },
  };
}

const BERT_SPECIALS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];

async function fromBertVocabulary(folder: string, config: TokenizerConfig): Promise<object | undefined> {
  const path = join(folder, 'vocab.txt');
  const text = await readText(path);
  if (text === undefined) return undefined;
  const words = text.split(/\r?\n/);
  if (words.at(-1) === '') words.pop();
  const vocabulary = Object.fromEntries(words.map((word, id) => [word, id]));
  const added = new Map<number, string>();
  for (const special of BERT_SPECIALS) {
    const id = vocabulary[special];
    if (id === undefined) {
      throw new TurboError('the vocabulary is not one of BERT', {
        where: path,
        allowed: `lines ${BERT_SPECIALS.join(', ')}`,
      });
    }
    added.set(id, special);
  }
  for (const [id, { content }] of Object.entries(config.added_tokens_decoder ?? {}))
    added.set(Number(id), content);
  const special = (token: string, typeId: number) => ({ SpecialToken: { id: token, type_id: typeId } });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [...added].map(([id, content]) => addedToken(id, content, false)),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: config.tokenize_chinese_chars ?? true,
      strip_accents: config.strip_accents ?? null,
      lowercase: config.do_lower_case ?? true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [special('[CLS]', 0), { Sequence: { id: 'A', type_id: 0 } }, special('[SEP]', 0)],
      pair: [
        special('[CLS]', 0),
        { Sequence: { id: 'A', type_id: 0 } },
        special('[SEP]', 0),
        { Sequence: { id: 'B', type_id: 1 } },
        special('[SEP]', 1),
      ],
      special_tokens: Object.fromEntries(
        ['[CLS]', '[SEP]'].map((token) => [token, { id: token, ids: [vocabulary[token]], tokens: [token] }]),
      ),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: vocabulary,
    },
  };
}

function addedToken(id: number, content: string, normalized: boolean): object {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized, special: true };
}
