import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { contentMask, droppedNotice, promptTokens } from '../../src/diffusion/prompt-tokens.js';
import { createTokenizer, loadTokenizer } from '../../src/text/tokenizer.js';
import { goldenJson, goldenTensors } from '../fixtures/golden-file.js';

const FIXTURES = join(import.meta.dirname, '../fixtures');
const LONG = 'a photo of an astronaut riding a horse on mars, a photo of a red cat';

describe.each(['sd1', 'sd2'])('prompts of %s', async (checkpoint) => {
  const tokenizer = await loadTokenizer(join(FIXTURES, 'diffusion', checkpoint, 'tokenizer'));
  const { cases } = goldenJson<{ cases: { name: string; texts: string[] }[] }>(
    `diffusion/${checkpoint}/cases.json`,
  );
  const { texts } = cases.find(({ name }) => name === 'text')!;
  const promptIds = goldenTensors(`diffusion/${checkpoint}/inputs.safetensors`)('promptIds');

  it('are the ids of the goldens, padded to the full length', () => {
    const { inputIds, shape, dropped } = promptTokens(tokenizer, texts);
    expect(inputIds).toEqual(promptIds);
    expect(shape).toEqual([4, 16]);
    expect(dropped).toEqual([]);
  });

  it('have content after the start token and before the first end token', () => {
    const tokens = promptTokens(tokenizer, texts);
    expect(tokens.content).toEqual([
      { from: 1, to: 5 },
      { from: 1, to: 11 },
      { from: 1, to: 1 },
      { from: 1, to: 8 },
    ]);
    const mask = contentMask(tokens);
    expect([...mask.subarray(0, 16)]).toEqual([0, 1, 1, 1, 1, ...new Array(11).fill(0)]);
    expect(mask.subarray(32, 48).every((value) => value === 0)).toBe(true);
  });

  it('are cut with the end token kept, and the rest told', () => {
    const tokens = promptTokens(tokenizer, ['', LONG]);
    // transformers 5.23: AutoTokenizer(LONG, truncation=True, max_length=16), and the ids that it leaves out
    const ids = [577, 320, 567, 564, 525, 540, 571, 320, 553, 565, 563, 267, 320, 567, 564, 578];
    expect([...tokens.inputIds.subarray(16)]).toEqual(ids);
    expect(tokens.content[1]).toEqual({ from: 1, to: 15 });
    expect(tokens.dropped).toEqual([{ prompt: 1, tokens: 3, text: 'a red cat' }]);
    const long = { prompt: 0, tokens: 500, text: 'a red cat '.repeat(100) };
    expect(droppedNotice(long, 16).length).toBeLessThan(250);
    expect(droppedNotice(tokens.dropped[0]!, 16)).toMatch(/prompt 2 .*last 3.*a red cat/);
  });
});

describe('Stable Diffusion 2', () => {
  const folders: string[] = [];
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

  it('takes every ! of a prompt for padding, as transformers does', async () => {
    const tokenizer = await loadTokenizer(join(FIXTURES, 'diffusion/sd2/tokenizer'));
    expect(tokenizer.encode('a photo! of ! mars!!')).toEqual([577, 320, 567, 0, 564, 0, 563, 0, 0, 578]);
    const first = await loadTokenizer(join(FIXTURES, 'diffusion/sd1/tokenizer'));
    expect(first.encode('a photo! of ! mars!!')).toEqual([577, 320, 567, 256, 564, 256, 563, 0, 256, 578]);
  });

  it('pads with what special_tokens_map.json says, where tokenizer_config.json says something else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'prompts-'));
    folders.push(folder);
    const vocabulary = { '!': 0, '!</w>': 1, 'a</w>': 2, '<|startoftext|>': 3, '<|endoftext|>': 4 };
    const files = {
      'vocab.json': JSON.stringify(vocabulary),
      'merges.txt': '#version: 0.2\n',
      'tokenizer_config.json': '{"model_max_length": 5, "pad_token": "<|endoftext|>"}',
      'special_tokens_map.json': '{"pad_token": "!"}',
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const { inputIds } = promptTokens(await loadTokenizer(folder), ['a']);
    expect([...inputIds]).toEqual([3, 2, 4, 0, 0]);
  });
});

it('drops from long texts what goes beyond 77 tokens of the published vocabulary', () => {
  const json = JSON.parse(
    gunzipSync(readFileSync(join(FIXTURES, 'tokenizers/clip/tokenizer.json.gz'))).toString(),
  );
  const tokenizer = createTokenizer(json, { pad_token: '<|endoftext|>' }, 77);
  const { cases } = goldenJson<{ cases: { text: string; ids: number[]; untruncatedLength: number }[] }>(
    'text/clip.json',
  );
  const long = cases.filter(({ untruncatedLength }) => untruncatedLength > 77);
  expect(long.length).toBeGreaterThan(0);
  const { inputIds, dropped } = promptTokens(
    tokenizer,
    long.map(({ text }) => text),
  );
  expect([...inputIds]).toEqual(long.flatMap(({ ids }) => ids));
  expect(dropped.map(({ tokens }) => tokens)).toEqual(long.map((each) => each.untruncatedLength - 77));
});

it('has no use for a tokenizer that is not of CLIP', async () => {
  const tokenizer = await loadTokenizer(join(FIXTURES, 'diffusion/sd1/tokenizer'));
  expect(() => promptTokens({ ...tokenizer, encodeWhole: () => [578] }, ['a'])).toThrow('not one of CLIP');
});
