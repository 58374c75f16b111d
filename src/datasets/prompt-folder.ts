/** A set of prompts as a dataset: `<split>.tsv`, `.txt` or `.json` in the folder of its manifest. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readTemplates } from './class-list.js';
import type { PromptContent } from './dataset.js';
import type { LocatedManifest } from './manifest.js';
import { PROMPT_FILES, readPromptFile } from './prompt-file.js';
import { LayoutMismatch, noSplit } from './reader.js';

export async function readPromptFolder(
  root: string,
  split: string,
  located: LocatedManifest,
): Promise<PromptContent> {
  const { name, splits } = located.manifest;
  const present = await readdir(root);
  const file = PROMPT_FILES.map((suffix) => `${split}${suffix}`).find((wanted) => present.includes(wanted));
  if (file === undefined) {
    if (!(split in splits)) throw noSplit(name, split, root, Object.keys(splits));
    throw new LayoutMismatch(`there is no file ${join(root, split)}${PROMPT_FILES.join(' or ')}`);
  }
  const content = await readPromptFile(join(root, file));
  return { ...content, templates: await readTemplates(root, located) };
}
