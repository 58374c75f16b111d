/** Prompt templates that an experiment brings: a list, or a JSON or text file with one template a line. */
import { readFile } from 'node:fs/promises';
import { messageOf, TurboError } from '../errors/turbo-error.js';

export async function readTemplates(templates: string | readonly string[]): Promise<readonly string[]> {
  if (typeof templates !== 'string') return templates;
  const lines = linesOf(await readText(templates), templates);
  const wrong = lines.find((line) => typeof line !== 'string' || !line.includes('{}'));
  if (lines.length > 0 && wrong === undefined) return lines as string[];
  throw new TurboError('A prompt template has no place for the class name', {
    where: templates,
    value: wrong ?? lines,
    allowed: 'texts with {} in them, such as: a photo of a {}.',
  });
}

function linesOf(text: string, file: string): readonly unknown[] {
  if (!file.endsWith('.json')) return text.split(/\r?\n/).filter((line) => line.trim() !== '');
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value;
  } catch {
    // Said below.
  }
  throw new TurboError('This file of prompt templates is not a JSON list', { where: file });
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new TurboError('Cannot read the prompt templates', { where: file, value: messageOf(cause), cause });
  }
}
