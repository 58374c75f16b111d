/** Opening a Stable Diffusion pipeline by name: a folder of diffusers, a part's folder, or a preset. */
import { openWeights } from '../../checkpoints/weights.js';
import { TurboError } from '../../errors/turbo-error.js';
import { type ModelOptions, type ModelReference, parseModelReference } from '../model-reference.js';
import { hubFolder, type OpenModelSettings, variantOf } from '../open-model.js';
import { checkpointParameters, type ParameterSource } from '../parameters.js';
import { findPreset } from '../presets.js';
import { randomParameters } from '../random-parameters.js';
import { assemblePipeline, type Pipeline } from './pipeline.js';
import {
  isPipelineFolder,
  type PartConfigFiles,
  type PartName,
  partFolder,
  partNames,
  readPartConfigs,
} from './pipeline-folder.js';

/**
 * Opens a pipeline and checks its configs; weights are opened part by part when they are asked for.
 *
 * @param reference a folder of diffusers, one of its sub-folders, `random:<preset>`, or an object with more detail
 */
export async function openPipeline(
  reference: string | ModelOptions,
  settings: OpenModelSettings = {},
): Promise<Pipeline> {
  const parsed = parseModelReference(reference);
  const { text, location, imageSize: imageSide } = parsed;
  if ('preset' in location) {
    const files = presetConfigs(location.preset);
    const openPart = async (name: PartName) => randomOf(parsed, files, name);
    return assemblePipeline({
      reference: text,
      weightsKind: 'random',
      folder: null,
      files,
      imageSide,
      openPart,
    });
  }
  const resolve = settings.resolveFolder ?? hubFolder(settings);
  const folder = await resolve(location.model, 'model');
  if (!isPipelineFolder(folder)) throw noPipeline(text, folder);
  const files = readPartConfigs(folder);
  const openPart = async (name: PartName) =>
    parsed.weights === 'random'
      ? randomOf(parsed, files, name)
      : checkpointParameters(await openWeights(partFolder(folder, name), variantOf(parsed)));
  return assemblePipeline({
    reference: text,
    weightsKind: parsed.weights,
    folder,
    files,
    imageSide,
    openPart,
  });
}

/** Whether a preset is a pipeline, and not an encoder of images. */
export function isPipelinePreset(name: string): boolean {
  return 'unet' in findPreset(name).config;
}

function presetConfigs(name: string): PartConfigFiles {
  const { config } = findPreset(name);
  if (!isPipelinePreset(name)) throw noPipeline(`random:${name}`, `preset ${name}`);
  return new Map(
    partNames.map((part) => [
      part,
      { where: `preset ${name}, ${part}`, fields: config[part] as Record<string, unknown> },
    ]),
  );
}

function randomOf({ seed }: ModelReference, files: PartConfigFiles, name: PartName): ParameterSource {
  return randomParameters(seed, `${name} ${JSON.stringify(files.get(name)!.fields)}`);
}

function noPipeline(value: string, where: string): TurboError {
  return new TurboError('This is no Stable Diffusion pipeline.', {
    value,
    where,
    allowed:
      'a folder of diffusers with model_index.json, one of its parts, or a preset such as random:sd-1.5',
    next: 'turbo-bench list models',
  });
}
