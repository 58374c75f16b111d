/** What people and tools write as text, damaged: experiments, configs, tokenizers. Read or refused, soon, and no other file is touched. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { openWeights } from '../../src/checkpoints/weights.js';
import { parseExperiment } from '../../src/experiment/load.js';
import { parsePreprocessor } from '../../src/images/preprocessor.js';
import { readConfig } from '../../src/models/config.js';
import { familyOf, networkOf } from '../../src/models/families.js';
import { methods } from '../../src/reduction/registry.js';
import { loadTokenizer } from '../../src/text/tokenizer.js';
import { damagedBytes, damagedJson } from './damage.js';
import { hostileFolder } from './hostile-folder.js';
import { withstandsAll } from './withstands.js';

vi.mock('node:fs', async (original) => (await import('./watched-files.js')).watched(await original()));
vi.mock('node:fs/promises', async (original) =>
  (await import('./watched-files.js')).watched(await original()),
);

const fixtures = join(import.meta.dirname, '../fixtures');
const { path: folder, put } = hostileFolder();
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

const EXPERIMENT = {
  name: 'small',
  models: ['./models/emoji-clip', { model: 'random:vit-b16', imageSize: 224 }],
  tasks: [{ task: 'classification', dataset: 'emoji-objects', zeroShot: true }, 'throughput'],
  reduction: [{ method: ['turbo', 'tome'], tokensPerLayer: [4, { r: 8, inflect: -1 }], alpha: [1, 5] }],
  measure: { minRuns: 3, validity: { maxDrift: 0.1 } },
  charts: ['trade-off'],
};

describe('a damaged experiment', () => {
  it('is read or refused, whatever its bytes', async () => {
    const whole = readFileSync(join(fixtures, '../../experiments/quickstart.yaml'));
    await withstandsAll(damagedBytes(whole), (bytes) => parseExperiment(text(bytes), 'a.yaml', methods), {
      ...{ folder, few: 15 },
    });
  });

  it('is read or refused, whatever its values', async () => {
    await withstandsAll(
      damagedJson(EXPERIMENT),
      (other) => parseExperiment(stringify(other, { aliasDuplicateObjects: false }), 'a.yaml', methods),
      { folder, few: 25 },
    );
  });
});

describe('a damaged config', () => {
  it.each(['models/vit', 'models/clip-sharded', 'models/siglip', 'blip/caption', 'models/dinov2'])(
    'is built or refused: %s',
    async (name) => {
      const config: unknown = JSON.parse(readFileSync(join(fixtures, name, 'config.json'), 'utf8'));
      await withstandsAll(
        damagedJson(config),
        (other) => {
          put('model/config.json', other);
          const read = readConfig(join(folder, 'model'));
          familyOf(read);
          return networkOf(read, () => true);
        },
        { folder, few: 15 },
      );
    },
  );

  it('that is a folder is refused', async () => {
    const home = hostileFolder();
    home.put('config.json/a', '');
    home.put('model.safetensors.index.json/a', '');
    expect(() => readConfig(home.path)).toThrow(/The config cannot be read \(EISDIR\)/);
    await expect(openWeights(home.path)).rejects.toThrow('The index is not a regular file.');
  });

  it('of preprocessing is followed or refused', async () => {
    const config = {
      image_processor_type: 'CLIPImageProcessor',
      size: { shortest_edge: 8 },
      crop_size: 8,
      resample: 3,
    };
    const family = fc.constantFrom('vit', 'constructor', '__proto__', 'toString');
    await withstandsAll(
      fc.tuple(damagedJson(config), family),
      ([other, name]) => parsePreprocessor(other, 'a.json', name),
      { folder, few: 50 },
    );
  });
});

const LETTERS = [...'abcdefghijklmnopqrstuvwxyz0123456789'];
const BERT = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  '[MASK]',
  ...LETTERS,
  ...LETTERS.map((letter) => `##${letter}`),
];
const CLIP_TOKENS = [
  ...LETTERS,
  ...LETTERS.map((letter) => `${letter}</w>`),
  'ab',
  'abc</w>',
  '<|startoftext|>',
  '<|endoftext|>',
];
const CLIP_VOCABULARY = Object.fromEntries(CLIP_TOKENS.map((token, id) => [token, id]));
const CLIP_CONFIG = { tokenizer_class: 'CLIPTokenizer', model_max_length: 20, pad_token: '<|endoftext|>' };
const added = (content: string) => ({
  id: CLIP_VOCABULARY[content],
  content,
  normalized: true,
  special: true,
  single_word: false,
  lstrip: false,
  rstrip: false,
});
const TOKENIZER = {
  version: '1.0',
  added_tokens: [added('<|startoftext|>'), added('<|endoftext|>')],
  normalizer: {
    type: 'Sequence',
    normalizers: [
      { type: 'NFC' },
      { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' },
      { type: 'Lowercase' },
    ],
  },
  pre_tokenizer: {
    type: 'Split',
    pattern: { Regex: '[\\p{L}]+|[\\p{N}]' },
    behavior: 'Removed',
    invert: true,
  },
  post_processor: {
    type: 'RobertaProcessing',
    sep: ['<|endoftext|>', CLIP_TOKENS.length - 1],
    cls: ['<|startoftext|>', CLIP_TOKENS.length - 2],
    trim_offsets: false,
    add_prefix_space: false,
  },
  decoder: { type: 'ByteLevel' },
  model: {
    type: 'BPE',
    unk_token: '<|endoftext|>',
    end_of_word_suffix: '</w>',
    continuing_subword_prefix: '',
    vocab: CLIP_VOCABULARY,
    merges: ['a b', 'ab c</w>'],
  },
};
const TEXTS = [
  'abc a dog',
  '',
  'constructor __proto__ toString',
  'a'.repeat(2000),
  '<|endoftext|> \u0000 \ud800',
];

async function tokenize(): Promise<void> {
  const tokenizer = await loadTokenizer(join(folder, 'tokenizer'));
  const { inputIds } = tokenizer.encodeBatch(TEXTS);
  tokenizer.decode([...inputIds]);
}

describe('a damaged tokenizer', () => {
  // The library warns of patterns that it does not know.
  beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => {}));
  afterEach(() => void vi.restoreAllMocks());

  it('is read or refused, whatever the values of its files', async () => {
    await withstandsAll(
      fc.tuple(damagedJson(TOKENIZER), fc.oneof(fc.constant(CLIP_CONFIG), damagedJson(CLIP_CONFIG))),
      ([tokenizer, config]) => {
        put('tokenizer/tokenizer.json', tokenizer);
        put('tokenizer/tokenizer_config.json', config);
        return tokenize();
      },
      { folder, few: 50 },
    );
  });

  it('is read or refused in the files of older checkpoints', async () => {
    const older = hostileFolder();
    await withstandsAll(
      fc.tuple(
        damagedBytes(Buffer.from(BERT.join('\n'))),
        damagedBytes(Buffer.from('#version: 0.2\na b\nab c</w>')),
        damagedJson(CLIP_VOCABULARY),
        fc.boolean(),
      ),
      async ([words, merges, vocabulary, isBert]) => {
        older.put('vocab.txt', words);
        older.put('merges.txt', merges);
        older.put('vocab.json', isBert ? '{}' : vocabulary);
        older.put('tokenizer_config.json', {
          model_max_length: 20,
          pad_token: isBert ? '[PAD]' : '<|endoftext|>',
        });
        const tokenizer = await loadTokenizer(older.path);
        tokenizer.encodeBatch(TEXTS);
      },
      { folder: older.path, few: 30 },
    );
  });
});
