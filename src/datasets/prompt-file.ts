/**
 * Files of prompts for text-to-image: one prompt a line, a table with a column `Prompt`, or class names with a template.
 *
 * Source: PartiPrompts.tsv of github.com/google-research/parti (Yu et al., arXiv 2206.10789) for the table; class prompts in the manner of
 * CLIP's zero-shot evaluation.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { oneOf } from '../errors/did-you-mean.js';
import { messageOf, systemCode, TurboError } from '../errors/turbo-error.js';
import { ClassList } from './class-list.js';
import type { ImageClass, PromptContent } from './dataset.js';

/** What a file of prompts may be called. */
export const PROMPT_FILES = ['.txt', '.tsv', '.json'] as const;
/** What is said of a class where nothing else is asked for. */
export const CLASS_TEMPLATE = 'a photo of a {}';
const ZERO_SHOT_TEMPLATES = ['a photo of a {}.'];
const PROMPT_COLUMN = 'Prompt';
/** Optional: what is to be seen in the picture. */
const CLASS_COLUMN = 'Class';

/**
 * The prompts of a file: of `.txt` every line that is not blank, of `.tsv` the column `Prompt` and the classes in the column `Class` if there
 * is one, of `.json` one prompt for each class of a class list.
 *
 * @param template with {} in the place of a class name; given with `.txt`, its lines are class names
 * @throws TurboError with file and line where there is nothing to read or a line is not as it must be
 */
export async function readPromptFile(file: string, template?: string): Promise<PromptContent> {
  const text = await readText(file);
  if (file.endsWith('.json')) return classPrompts(classList(text, file), template ?? CLASS_TEMPLATE);
  const lines = text
    .split(/\r?\n/)
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '');
  if (lines.length === 0) throw empty(file);
  if (file.endsWith('.tsv')) return tablePrompts(lines, file);
  const said = lines.map(({ line }) => line.trim());
  return template === undefined
    ? {
        kind: 'prompts',
        classes: [],
        templates: ZERO_SHOT_TEMPLATES,
        prompts: said.map((prompt) => ({ text: prompt, label: null })),
      }
    : classPrompts(
        said.map((name) => ({ id: name, name })),
        template,
      );
}

/** One prompt for every class. */
export function classPrompts(
  classes: readonly ImageClass[],
  template: string,
  templates: readonly string[] = ZERO_SHOT_TEMPLATES,
): PromptContent {
  const prompts = classes.map(({ name }, label) => ({ text: template.replaceAll('{}', name), label }));
  return { kind: 'prompts', classes, templates, prompts };
}

interface Line {
  readonly line: string;
  /** From 1. */
  readonly number: number;
}

function tablePrompts([header, ...rows]: readonly Line[], file: string): PromptContent {
  const columns = header!.line.split('\t').map(unquoted);
  const at = columns.indexOf(PROMPT_COLUMN);
  if (at < 0)
    throw new TurboError('The table of prompts has no column of prompts', {
      where: `${file}:${header!.number}`,
      value: columns,
      allowed: `a column ${PROMPT_COLUMN} in the first line; ${oneOf(PROMPT_COLUMN, columns)}`,
      next: 'Name the column so, with a tab between the columns; one prompt a line without columns is a .txt file.',
    });
  if (rows.length === 0) throw empty(file);
  const classAt = columns.indexOf(CLASS_COLUMN);
  const classes: ImageClass[] = [];
  const labelOf = (name: string): number => {
    const known = classes.findIndex((one) => one.name === name);
    return known >= 0 ? known : classes.push({ id: name, name }) - 1;
  };
  const prompts = rows.map(({ line, number }) => {
    const cells = line.split('\t').map(unquoted);
    const where = `${file}:${number}`;
    const text = filled(cells[at], PROMPT_COLUMN, where);
    return { text, label: classAt < 0 ? null : labelOf(filled(cells[classAt], CLASS_COLUMN, where)) };
  });
  return { kind: 'prompts', classes, templates: ZERO_SHOT_TEMPLATES, prompts };
}

function filled(cell: string | undefined, column: string, where: string): string {
  if (cell !== undefined && cell !== '') return cell;
  throw new TurboError(`A line of the table has nothing in the column ${column}`, {
    where,
    allowed: 'a text in every line, as many tabs as the first line has',
  });
}

/** A cell as spreadsheets write it: in quotes, with two for one inside, where it holds a quote itself. */
function unquoted(cell: string): string {
  const bare = cell.trim();
  return /^".*"$/.test(bare) ? bare.slice(1, -1).replaceAll('""', '"').trim() : bare;
}

function classList(text: string, file: string): ImageClass[] {
  try {
    return ClassList.parse(JSON.parse(text)).map((entry) =>
      typeof entry === 'string' ? { id: entry, name: entry } : { id: entry.id, name: entry.name },
    );
  } catch (thrown) {
    const reason = thrown instanceof z.ZodError ? z.prettifyError(thrown) : messageOf(thrown);
    throw new TurboError(`The class list cannot be used: ${reason}`, {
      where: file,
      allowed: '["tench", …] or [{"id": "n01440764", "name": "tench"}, …]',
      cause: thrown,
    });
  }
}

async function readText(file: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    const reason = systemCode(cause) === 'ENOENT' ? 'does not exist' : `cannot be read: ${messageOf(cause)}`;
    throw new TurboError(`The file of prompts ${reason}`, {
      where: file,
      allowed: `a file in ${PROMPT_FILES.join(', ')}, or the name of a dataset`,
      next: 'turbo-bench list datasets',
      cause,
    });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new TurboError('The file of prompts is not text in UTF-8', { where: file, cause });
  }
}

function empty(file: string): TurboError {
  return new TurboError('The file of prompts is empty', {
    where: `${file}:1`,
    allowed: 'at least one prompt',
    next: 'Write one prompt a line, or name a set that comes with turbo-bench: emoji-prompts.',
  });
}
