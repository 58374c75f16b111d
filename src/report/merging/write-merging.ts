/** The files of pictures of merging: sheets as PNG or SVG, or a page with sliders. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { systemCode, TurboError } from '../../errors/turbo-error.js';
import { distinctNames } from '../distinct-names.js';
import { renderPng } from '../render.js';
import { slugOf } from '../trial-groups.js';
import { mergingPage } from './merging-page.js';
import { type MergingPicture, shortened } from './merging-picture.js';
import { mergingSheet } from './merging-sheet.js';
import type { MergingView } from './merging-view.js';

/** Characters of a prompt that become the name of a file. */
const LONGEST_NAME = 60;

/** `json` is what the report of a run reads. */
export type MergingFormat = 'png' | 'svg' | 'html' | 'json';

export interface MergingOutput {
  readonly folder: string;
  readonly format: MergingFormat;
  /** The sheets; a page has all views. */
  readonly views: readonly MergingView[];
}

/**
 * Writes `<picture>.<view>.png` or `.svg` for every view, `<picture>.merging.html` or `<picture>.json`.
 *
 * @returns the paths by picture
 * @throws TurboError when the folder cannot be written
 */
export async function writeMerging(
  pictures: readonly MergingPicture[],
  { folder, format, views }: MergingOutput,
): Promise<string[][]> {
  const names = fileNames(pictures);
  const written: string[][] = [];
  for (const [at, picture] of pictures.entries()) {
    const files: [name: string, content: string | Buffer][] = [];
    if (format === 'html') files.push([`${names[at]}.merging.html`, await mergingPage(picture)]);
    else if (format === 'json') files.push([`${names[at]}.json`, JSON.stringify(shortened(picture))]);
    else
      for (const view of views) {
        const svg = mergingSheet(picture, view);
        files.push([`${names[at]}.${view.name}.${format}`, format === 'svg' ? svg : await renderPng(svg)]);
      }
    written.push(await writeAll(folder, files));
  }
  return written;
}

/** The pictures' names without their endings, or the prompts that they are made from; a number behind those that would be equal. */
function fileNames(pictures: readonly MergingPicture[]): string[] {
  return distinctNames(
    pictures.map(({ name, text, pngBase64 }) => {
      const words = pngBase64 === null && text !== null ? text : parse(name).name;
      return slugOf(words.slice(0, LONGEST_NAME)) || 'picture';
    }),
  );
}

async function writeAll(
  folder: string,
  files: readonly [name: string, content: string | Buffer][],
): Promise<string[]> {
  try {
    await mkdir(folder, { recursive: true });
    for (const [name, content] of files) await writeFile(join(folder, name), content);
  } catch (thrown) {
    if (systemCode(thrown) === undefined) throw thrown;
    throw new TurboError('The pictures cannot be written there', {
      where: folder,
      value: systemCode(thrown),
      next: 'give a folder that can be written with --out',
      cause: thrown,
    });
  }
  return files.map(([name]) => join(folder, name));
}
