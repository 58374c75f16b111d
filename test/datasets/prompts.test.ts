import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ofKind, openDataset } from '../../src/datasets/open-dataset.js';
import { readPromptFile } from '../../src/datasets/prompt-file.js';
import { dataset, folderOf } from './small-datasets.js';

const fileOf = async (name: string, content: unknown) => join(await folderOf({ [name]: content }), name);
const textsOf = async (...reading: Parameters<typeof readPromptFile>) =>
  (await readPromptFile(...reading)).prompts.map(({ text }) => text);

describe('a file of prompts', () => {
  it('has one prompt a line, blank lines left out, whatever ends the lines', async () => {
    const file = await fileOf('some.txt', '\uFEFFa fox on a blue background\r\n\r\n  a "cat"  \n');
    expect(await textsOf(file)).toEqual(['a fox on a blue background', 'a "cat"']);
  });

  it('is read from the column Prompt of PartiPrompts, quotes as spreadsheets write them', async () => {
    const table = [
      'Prompt\tCategory\tChallenge\tNote',
      'bond\tAbstract\tBasic\tBiology-inspired concepts',
      '"a sign that says ""Deep Learning"""\tWorld Knowledge\tWriting & Symbols\t',
    ];
    const content = await readPromptFile(await fileOf('PartiPrompts.tsv', `${table.join('\n')}\n`));
    expect(content.prompts).toEqual([
      { text: 'bond', label: null },
      { text: 'a sign that says "Deep Learning"', label: null },
    ]);
    expect(content.classes).toEqual([]);
  });

  it('numbers the classes of a column Class in the order in which they come', async () => {
    const file = await fileOf('own.tsv', 'Class\tPrompt\nfox\ta fox\ncat\ta cat\nfox\ta large fox\n');
    const { classes, prompts } = await readPromptFile(file);
    expect(classes.map(({ name }) => name)).toEqual(['fox', 'cat']);
    expect(prompts.map(({ label }) => label)).toEqual([0, 1, 0]);
  });

  it('makes a prompt of every class of a class list', async () => {
    const named = await fileOf('classes.json', [
      { id: 'n01440764', name: 'tench' },
      { id: 'n01443537', name: 'goldfish' },
    ]);
    expect(await readPromptFile(named)).toMatchObject({
      classes: [{ name: 'tench' }, { name: 'goldfish' }],
      prompts: [
        { text: 'a photo of a tench', label: 0 },
        { text: 'a photo of a goldfish', label: 1 },
      ],
    });
    expect(await textsOf(await fileOf('classes.json', ['fox']), 'a drawing of a {}.')).toEqual([
      'a drawing of a fox.',
    ]);
    expect(await textsOf(await fileOf('names.txt', 'fox\ncat\n'), '{}, drawn')).toEqual([
      'fox, drawn',
      'cat, drawn',
    ]);
  });

  it.each([
    ['empty.txt', ' \n\n', /is empty[\s\S]*empty\.txt:1/],
    ['empty.tsv', '', /is empty/],
    ['head.tsv', 'Prompt\tCategory\n', /is empty/],
    [
      'other.tsv',
      'prompt\tCategory\na fox\tAnimals\n',
      /other\.tsv:1[\s\S]*"prompt"[\s\S]*did you mean prompt/,
    ],
    [
      'gap.tsv',
      'Category\tPrompt\nAnimals\ta fox\nAnimals\n',
      /nothing in the column Prompt[\s\S]*gap\.tsv:3/,
    ],
    ['gap.tsv', 'Prompt\tClass\na fox\t\n', /nothing in the column Class[\s\S]*gap\.tsv:2/],
    ['list.json', '{"fox": 1}', /class list cannot be used/],
    ['list.json', '[', /class list cannot be used/],
    ['broken.txt', Uint8Array.of(0x61, 0xff, 0x0a), /not text in UTF-8/],
  ])('is refused with its place: %s %j', async (name, content, message) => {
    await expect(readPromptFile(await fileOf(name, content))).rejects.toThrow(message);
  });

  it('is refused when it does not exist', async () => {
    await expect(readPromptFile('nowhere/prompts.txt')).rejects.toThrow(
      /does not exist[\s\S]*nowhere\/prompts\.txt/,
    );
  });
});

describe('a set of prompts', () => {
  it('is a dataset like others, with the templates of its manifest and a limit', async () => {
    const files = { 'test.tsv': 'Prompt\tClass\na fox\tfox\na cat\tcat\n' };
    const own = await dataset('words', 'prompts', files, { templates: ['a {}'] });
    const opened = ofKind(await openDataset('words', own), 'prompts');
    expect(opened).toMatchObject({ templates: ['a {}'], prompts: [{ text: 'a fox' }, { text: 'a cat' }] });
    expect(ofKind(await openDataset('words', { ...own, limit: 1 }), 'prompts').prompts).toHaveLength(1);
    await expect(openDataset('words', { ...own, split: 'val' })).rejects.toThrow('has no split val');
    const other = await dataset('words', 'prompts', {
      'test.tsv': files['test.tsv'].replace('a cat', 'cats'),
    });
    expect(await (await openDataset('words', other)).digest()).not.toBe(await opened.digest());
  });

  it('comes with turbo-bench: 40 classes, each once among the first 40 prompts', async () => {
    const { prompts, classes, templates } = ofKind(await openDataset('emoji-prompts'), 'prompts');
    expect([prompts.length, classes.length, templates.length]).toEqual([80, 40, 10]);
    expect(new Set(prompts.slice(0, 40).map(({ label }) => label)).size).toBe(40);
    for (const { text, label } of prompts) expect(text).toContain(classes[label!]!.name);
  });
});
