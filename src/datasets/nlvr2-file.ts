/** One annotation file of NLVR2, a JSON object on each line or one JSON list, told by its content. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { messageOf, TurboError } from '../errors/turbo-error.js';

const Entry = z.object({
  sentence: z.string(),
  label: z.union([z.enum(['True', 'False']).transform((label) => label === 'True'), z.boolean()]),
  identifier: z.string().min(1).optional(),
  /** BLIP: the files of the left and the right picture. */
  images: z.tuple([z.string().min(1), z.string().min(1)]).optional(),
  /** Official, training set alone: the folder of the pictures. */
  directory: z.union([z.int(), z.string().min(1)]).optional(),
});
type Entry = z.infer<typeof Entry>;

export interface NlvrEntry {
  readonly id: string;
  readonly sentence: string;
  readonly label: boolean;
  /** Names of the left and the right picture. */
  readonly pictures: readonly [string, string];
}

/** All entries, in the order of the file. Those without an identifier are named by their place in the split. */
export async function readNlvrEntries(path: string, split: string): Promise<NlvrEntry[]> {
  const text = await readFile(path, 'utf8');
  const parts = text.trimStart().startsWith('[') ? listParts(text, path) : lineParts(text, path);
  return parts.map(({ value, where }, index) => {
    const parsed = Entry.safeParse(value);
    if (!parsed.success) throw malformed(z.prettifyError(parsed.error), where);
    return entryOf(parsed.data, `${split}/${index}`, where);
  });
}

/** A value of the file, and where it stands. */
interface Part {
  readonly value: unknown;
  readonly where: string;
}

function listParts(text: string, path: string): Part[] {
  const list = parseJson(text, path) as unknown[];
  return list.map((value, index) => ({ value, where: `${path}, entry ${index}` }));
}

function lineParts(text: string, path: string): Part[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '') return [];
    const where = `${path}:${index + 1}`;
    return [{ value: parseJson(line, where), where }];
  });
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw malformed(messageOf(thrown), where, thrown);
  }
}

function entryOf(entry: Entry, place: string, where: string): NlvrEntry {
  const { sentence, label, identifier } = entry;
  const pictures = entry.images ?? picturesOf(entry);
  if (pictures === undefined) throw malformed('it names no pictures', where);
  return { id: identifier ?? place, sentence, label, pictures };
}

/** `dev-850-0-1` (split, set, pair, sentence) stands for `dev-850-0-img0.png` and `dev-850-0-img1.png`. */
function picturesOf({ identifier, directory }: Entry): [string, string] | undefined {
  const [, pair] = /^(.+)-[^-]+$/.exec(identifier ?? '') ?? [];
  if (pair === undefined) return undefined;
  const stem = directory === undefined ? pair : `${directory}/${pair}`;
  return [`${stem}-img0.png`, `${stem}-img1.png`];
}

function malformed(reason: string, where: string, cause?: unknown): TurboError {
  return new TurboError(`the annotation file of NLVR2 is malformed: ${reason}`, {
    where,
    allowed:
      '{"identifier": "dev-850-0-0", "sentence": …, "label": "True" or "False"}, or {"images": [left, right], "sentence": …, "label": …}',
    next: 'obtain the file again',
    cause,
  });
}
