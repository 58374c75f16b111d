/** What pictures a task is to make: picture i has prompt i mod count, the same for every variant. */
import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Dataset, ImageClass, ImageSource, PromptContent } from '../../datasets/dataset.js';
import { datasetDigest } from '../../datasets/digest.js';
import { type DatasetOptions, openDataset } from '../../datasets/open-dataset.js';
import { CLASS_TEMPLATE, classPrompts, PROMPT_FILES, readPromptFile } from '../../datasets/prompt-file.js';
import { TurboError } from '../../errors/turbo-error.js';
import type { ImageToImageOptions, PictureTaskOptions, TextToImageOptions } from './options.js';

/** One picture to be made. */
export interface PictureRequest {
  readonly prompt: string;
  /** Index into the classes; null where no class is named. */
  readonly label: number | null;
  /** What it starts from; null for noise alone. */
  readonly start: { readonly id: string; readonly image: ImageSource } | null;
}

export interface PictureRequests {
  /** One for every picture. */
  readonly requests: readonly PictureRequest[];
  readonly classes: readonly ImageClass[];
  /** Zero-shot prompts with `{}` in the place of the class name. */
  readonly templates: readonly string[];
  /** sha256 of all that they are made from. */
  readonly digest: string;
}

export interface PictureRequestSetting {
  /** Pictures at most; null for as many as the task asks for. */
  readonly limit: number | null;
  readonly seed: number;
}

const packageRoot = new URL('../../../', import.meta.url);

/** @throws TurboError where the prompts cannot be read, or the dataset has neither prompts nor captions nor classes */
export async function pictureRequests(
  options: PictureTaskOptions,
  { limit, seed }: PictureRequestSetting,
): Promise<PictureRequests> {
  const count = Math.min(options.pictures, limit ?? options.pictures);
  const { made, classes, templates, digest } =
    options.task === 'text-to-image' ? await fromPrompts(options) : await fromPictures(options, count, seed);
  const requests = Array.from({ length: count }, (_, picture) => made[picture % made.length]!);
  return { requests, classes, templates, digest };
}

type Source = Omit<PictureRequests, 'requests'> & { readonly made: readonly PictureRequest[] };

async function fromPrompts(options: TextToImageOptions): Promise<Source> {
  const { prompts: name, template } = options;
  const isFile = (PROMPT_FILES as readonly string[]).includes(extname(name));
  if (isFile) {
    const content = await readPromptFile(promptFile(name), template);
    return sourceOf(content, await datasetDigest(content));
  }
  const data = await openDataset(name, partOf(options));
  return sourceOf(promptsOf(data, template), await data.digest());
}

/** A path as it is, or among the files that come with turbo-bench. */
function promptFile(name: string): string {
  const own = new URL(name, packageRoot);
  return existsSync(name) || !existsSync(own) ? name : fileURLToPath(own);
}

function sourceOf({ prompts, classes, templates }: PromptContent, digest: string): Source {
  return {
    made: prompts.map(({ text, label }) => ({ prompt: text, label, start: null })),
    ...{ classes, templates, digest },
  };
}

/** The prompts that a dataset of any kind stands for. */
function promptsOf(data: Dataset, template: string | undefined): PromptContent {
  switch (data.kind) {
    case 'prompts':
      return data;
    case 'classification':
      return classPrompts(data.classes, template ?? CLASS_TEMPLATE, data.templates);
    case 'image-text': {
      const prompts = firstCaptions(data, template).map((text) => ({ text, label: null }));
      return { kind: 'prompts', classes: [], templates: [], prompts };
    }
    default:
      throw wrongKind(data, 'a dataset of prompts, captions or classes, or a file of prompts');
  }
}

async function fromPictures(options: ImageToImageOptions, count: number, seed: number): Promise<Source> {
  const { dataset: name, template } = options;
  const data = await openDataset(name, { ...partOf(options), limit: count, seed });
  const digest = await data.digest();
  if (data.kind === 'classification') {
    const { prompts } = classPrompts(data.classes, template ?? CLASS_TEMPLATE);
    const made = data.samples.map(({ id, image, label }) => ({
      ...{ prompt: prompts[label]!.text, label, start: { id, image } },
    }));
    return { made, classes: data.classes, templates: data.templates, digest };
  }
  if (data.kind !== 'image-text') throw wrongKind(data, 'a dataset of pictures with captions or classes');
  const captions = firstCaptions(data, template);
  const made = data.images.map(({ id, image }, at) => ({
    ...{ prompt: captions[at]!, label: null, start: { id, image } },
  }));
  return { made, classes: [], templates: [], digest };
}

/** What the first person said of each picture. */
function firstCaptions(
  { images, captions }: Extract<Dataset, { kind: 'image-text' }>,
  template = '{}',
): string[] {
  const first = new Map<number, string>();
  for (const { text, image } of captions) if (!first.has(image)) first.set(image, text);
  return images.map((_, image) => template.replaceAll('{}', first.get(image) ?? ''));
}

function partOf({ split }: PictureTaskOptions): Pick<DatasetOptions, 'split'> {
  return split === undefined ? {} : { split };
}

function wrongKind({ name, kind }: Dataset, allowed: string): TurboError {
  return new TurboError(`Pictures cannot be made from the dataset ${name}`, {
    value: kind,
    allowed,
    next: 'turbo-bench list datasets',
  });
}
