import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TurboError } from '../../src/errors/turbo-error.js';
import { loadTokenizer, type Tokenizer } from '../../src/text/tokenizer.js';

const FIXTURES = join(import.meta.dirname, '../fixtures');

interface ClipGolden {
  cases: { text: string; ids: number[] }[];
  padded: { text: string; ids: number[]; attentionMask: number[] }[];
}
interface BertGolden {
  cases: { text: string; ids: number[]; length: number; idsMax35: number[] }[];
  padded: { text: string; ids: number[]; attentionMask: number[] }[];
}

const golden = async <Content>(name: string): Promise<Content> =>
  JSON.parse(await readFile(join(FIXTURES, 'text', name), 'utf8'));
const clipGolden = await golden<ClipGolden>('clip.json');
const bertGolden = await golden<BertGolden>('bert-base-uncased.json');

const folders: string[] = [];

/** A checkpoint folder with these files of a tokenizer, unpacked. */
async function folderWith(tokenizer: string, names: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenizer-'));
  folders.push(folder);
  for (const name of names) {
    const from = join(FIXTURES, 'tokenizers', tokenizer, name);
    const bytes = await readFile(from).catch(async () => gunzipSync(await readFile(`${from}.gz`)));
    await writeFile(join(folder, name), bytes);
  }
  return folder;
}

afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

describe.each([
  { form: 'tokenizer.json', names: ['tokenizer.json', 'tokenizer_config.json'] },
  { form: 'vocab.json and merges.txt', names: ['vocab.json', 'merges.txt', 'tokenizer_config.json'] },
])('CLIP from $form', ({ names }) => {
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await loadTokenizer(await folderWith('clip', names));
  });

  it('gives the ids of transformers for every golden text', () => {
    expect(clipGolden.cases.length).toBeGreaterThan(150);
    for (const { text, ids } of clipGolden.cases) expect(tokenizer.encode(text), text).toEqual(ids);
  });

  it('pads to the model length with a mask', () => {
    const { padded } = clipGolden;
    const batch = tokenizer.encodeBatch(
      padded.map(({ text }) => text),
      { padding: 'max-length' },
    );
    expect(batch.shape).toEqual([padded.length, 77]);
    expect([...batch.inputIds]).toEqual(padded.flatMap(({ ids }) => ids));
    expect([...batch.attentionMask]).toEqual(padded.flatMap(({ attentionMask }) => attentionMask));
  });

  it('pads to the longest text of the batch unless told otherwise', () => {
    const { inputIds, attentionMask, shape } = tokenizer.encodeBatch(['a', 'a photo of a cat']);
    expect(shape).toEqual([2, 7]);
    expect([...inputIds.slice(0, 7)]).toEqual([49406, 320, 49407, 49407, 49407, 49407, 49407]);
    expect([...attentionMask.slice(0, 7)]).toEqual([1, 1, 1, 0, 0, 0, 0]);
  });
});

describe.each([
  { form: 'tokenizer.json', names: ['tokenizer.json', 'tokenizer_config.json'] },
  { form: 'vocab.txt', names: ['vocab.txt', 'tokenizer_config.json'] },
])('BERT from $form', ({ names }) => {
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await loadTokenizer(await folderWith('bert-base-uncased', names));
  });

  it('gives the ids of transformers for every golden text', () => {
    for (const { text, ids, length, idsMax35 } of bertGolden.cases) {
      const encoded = tokenizer.encode(text);
      expect(encoded.length, text).toBe(length);
      expect(encoded.slice(0, 120), text).toEqual(ids.slice(0, 120));
      expect(tokenizer.encode(text, { maxLength: 35 }), text).toEqual(idsMax35);
    }
  });

  it('pads with 0 to a given length', () => {
    const { padded } = bertGolden;
    const batch = tokenizer.encodeBatch(padded.map(({ text }) => text));
    expect([...batch.inputIds]).toEqual(padded.flatMap(({ ids }) => ids));
    expect([...batch.attentionMask]).toEqual(padded.flatMap(({ attentionMask }) => attentionMask));
    expect(tokenizer.tokenId('[DEC]')).toBe(30522);
  });
});

describe('what a tokenizer refuses', () => {
  it('a folder without one', async () => {
    await expect(loadTokenizer(await folderWith('clip', []))).rejects.toThrow(
      /no tokenizer[\s\S]*vocab\.txt/,
    );
  });

  it('a damaged tokenizer.json, by its path', async () => {
    const folder = await folderWith('clip', ['tokenizer_config.json']);
    await writeFile(join(folder, 'tokenizer.json'), '{"model": {');
    const failure = await loadTokenizer(folder).catch((thrown) => thrown);
    expect(failure).toBeInstanceOf(TurboError);
    expect(failure.message).toContain(join(folder, 'tokenizer.json'));
  });

  it('a vocabulary of another model', async () => {
    const folder = await folderWith('clip', ['tokenizer_config.json', 'merges.txt']);
    await writeFile(join(folder, 'vocab.json'), '{"a": 0}');
    await expect(loadTokenizer(folder)).rejects.toThrow('not one of CLIP');
  });

  it('a maximum length beyond the model or below the special tokens', async () => {
    const tokenizer = await loadTokenizer(
      await folderWith('bert-base-uncased', ['vocab.txt', 'tokenizer_config.json']),
    );
    for (const maxLength of [1, 513, 2.5])
      expect(() => tokenizer.encode('a', { maxLength })).toThrow('out of range');
  });

  it('a padding token that the vocabulary lacks', async () => {
    const folder = await folderWith('bert-base-uncased', ['vocab.txt']);
    await writeFile(
      join(folder, 'tokenizer_config.json'),
      '{"model_max_length": 512, "pad_token": "<none>"}',
    );
    await expect(loadTokenizer(folder)).rejects.toThrow('no padding token');
  });
});

it('takes the length from config.json where the tokenizer says none', async () => {
  const folder = await folderWith('bert-base-uncased', ['vocab.txt']);
  await writeFile(join(folder, 'tokenizer_config.json'), '{"model_max_length": 1e30, "pad_token": "[PAD]"}');
  await expect(loadTokenizer(folder)).rejects.toThrow('longest text');
  await writeFile(join(folder, 'config.json'), '{"text_config": {"max_position_embeddings": 40}}');
  expect((await loadTokenizer(folder)).maxLength).toBe(40);
});
