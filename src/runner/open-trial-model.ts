/** Opens the model that an experiment names, and says how images become its input. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { localFile, localFolder, resolveModel } from '../checkpoints/hub/resolve-model.js';
import { TurboError } from '../errors/turbo-error.js';
import type { ModelChoice } from '../experiment/model-entry.js';
import { type Preprocessor, parsePreprocessor, usualPreprocessor } from '../images/preprocessor.js';
import { readConfigFile } from '../models/config.js';
import type { Model } from '../models/model.js';
import { type OpenModelSettings, openModel } from '../models/open-model.js';
import { isPipelinePreset, openPipeline } from '../models/stable-diffusion/open-pipeline.js';
import type { Pipeline } from '../models/stable-diffusion/pipeline.js';
import { isPipelineFolder } from '../models/stable-diffusion/pipeline-folder.js';

const packageFolder = fileURLToPath(new URL('../../', import.meta.url));

export interface OpenTrialModelOptions {
  readonly onNotice?: (text: string) => void;
}

/**
 * A relative folder is looked for where the command was started, then among the models that come with turbo-bench.
 */
export async function openTrialModel(
  choice: ModelChoice,
  seed: number,
  options: OpenTrialModelOptions = {},
): Promise<Model> {
  const { name: _, ...reference } = choice;
  return openModel({ ...reference, seed }, settingsFor(choice, options));
}

export interface OpenTrialPipelineOptions extends OpenTrialModelOptions {
  /**
   * What a name that is no folder here stands for: with true a pipeline of the hub, missed as one where it is not there; with false another model.
   * Left out, its files are asked.
   */
  readonly isExpected?: boolean;
}

/**
 * The same for a Stable Diffusion pipeline; undefined where the choice is another model. A folder or preset tells by itself what it is.
 */
export async function openTrialPipeline(
  choice: ModelChoice,
  seed: number,
  options: OpenTrialPipelineOptions = {},
): Promise<Pipeline | undefined> {
  const { name: _, ...reference } = choice;
  const settings = settingsFor(choice, options);
  return (await isPipeline(choice, settings, options.isExpected))
    ? openPipeline({ ...reference, seed }, settings)
    : undefined;
}

async function isPipeline(
  { preset, model }: ModelChoice,
  { resolveFolder }: Required<Pick<OpenModelSettings, 'resolveFolder'>>,
  isExpected: boolean | undefined,
): Promise<boolean> {
  if (preset !== undefined) return isPipelinePreset(preset);
  if (model === undefined) return false;
  const environment = { env: process.env };
  const folder = embeddedFolder(model) ?? localFolder(model, environment);
  if (folder !== undefined) return isPipelineFolder(folder);
  if (localFile(model, environment) !== undefined) return false;
  return isExpected ?? isPipelineFolder(await resolveFolder(model, 'model'));
}

function settingsFor(
  { variant }: ModelChoice,
  { onNotice }: OpenTrialModelOptions,
): Required<Pick<OpenModelSettings, 'resolveFolder'>> {
  return {
    resolveFolder: async (reference, wanted) => {
      const embedded = embeddedFolder(reference);
      if (embedded !== undefined) return embedded;
      const resolved = await resolveModel(reference, {
        env: process.env,
        fetch: globalThis.fetch,
        wanted,
        ...(variant === undefined ? {} : { variant }),
        ...(onNotice === undefined ? {} : { onNotice }),
      });
      return resolved.folder;
    },
  };
}

/** A folder of the package, where the working folder has none of this name. */
function embeddedFolder(reference: string): string | undefined {
  const embedded = join(packageFolder, reference);
  return reference.startsWith('.') && !existsSync(reference) && existsSync(embedded) ? embedded : undefined;
}

const FILE = 'preprocessor_config.json';

/**
 * How images become `pixel_values` of the size that the model is given. The file beside the weights goes before the one beside a tokenizer; a preset takes
 * images as transformers' ViT does.
 */
export function preprocessorOf(model: Model): Preprocessor {
  const { folder, tokenizerFolder, family } = model;
  const side = { height: model.encoder.imageHeight, width: model.encoder.imageWidth };
  if (folder === null) return fitted(parsePreprocessor({}, undefined, 'vit'), side);
  const file = [folder, tokenizerFolder ?? folder].map((at) => join(at, FILE)).find((at) => existsSync(at));
  const prepared =
    file === undefined
      ? usualPreprocessor(family)
      : parsePreprocessor(readConfigFile(file).fields, file, family);
  if (prepared !== undefined) return fitted(prepared, side);
  throw new TurboError('The model does not say how images are to be prepared', {
    where: join(folder, FILE),
    allowed: `a ${FILE} beside its weights`,
  });
}

/** The same steps at another size: the margin around the crop keeps its share. */
function fitted(preprocessor: Preprocessor, side: { height: number; width: number }): Preprocessor {
  const { resize, centerCrop } = preprocessor;
  const target = resize?.size;
  const made = centerCrop ?? (target !== undefined && 'width' in target ? target : undefined);
  if (made?.height === side.height && made.width === side.width) return preprocessor;
  if (resize === undefined) return { ...preprocessor, centerCrop: side };
  const share = made === undefined ? 1 : side.height / made.height;
  const size =
    target !== undefined && 'shortestEdge' in target
      ? { shortestEdge: Math.round(target.shortestEdge * share) }
      : centerCrop === undefined
        ? side
        : { width: Math.round(target!.width * share), height: Math.round(target!.height * share) };
  const crops = centerCrop !== undefined || 'shortestEdge' in size;
  return { ...preprocessor, resize: { ...resize, size }, ...(crops ? { centerCrop: side } : {}) };
}
