/** Opens the model that an experiment names, and says how images become its input. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveModel } from '../checkpoints/hub/resolve-model.js';
import { TurboError } from '../errors/turbo-error.js';
import type { ModelChoice } from '../experiment/model-entry.js';
import { type Preprocessor, parsePreprocessor, usualPreprocessor } from '../images/preprocessor.js';
import type { Model } from '../models/model.js';
import { openModel } from '../models/open-model.js';

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
  { onNotice }: OpenTrialModelOptions = {},
): Promise<Model> {
  const { name: _, ...options } = choice;
  return openModel(
    { ...options, seed },
    {
      resolveFolder: async (reference, wanted) => {
        const embedded = join(packageFolder, reference);
        if (reference.startsWith('.') && !existsSync(reference) && existsSync(embedded)) return embedded;
        const resolved = await resolveModel(reference, {
          env: process.env,
          fetch: globalThis.fetch,
          wanted,
          ...(onNotice === undefined ? {} : { onNotice }),
        });
        return resolved.folder;
      },
    },
  );
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
      : parsePreprocessor(JSON.parse(readFileSync(file, 'utf8')), file, family);
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
