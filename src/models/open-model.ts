/** Opening a model by name: where its config and weights come from. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type ResolveOptions, resolveModel } from '../checkpoints/hub/resolve-model.js';
import { openWeights } from '../checkpoints/weights.js';
import { parsePreprocessor } from '../images/preprocessor.js';
import { type ConfigFile, type ImageSide, readConfig } from './config.js';
import { familyOf, networkOf } from './families.js';
import { assembleModel, type Model } from './model.js';
import { type ModelOptions, type ModelReference, parseModelReference } from './model-reference.js';
import { checkpointParameters, type ParameterSource } from './parameters.js';
import { findPreset, presetConfig } from './presets.js';
import { randomParameters } from './random-parameters.js';

/** How what is not a folder becomes one; by default a hub id, with this process's environment and `fetch`. */
export interface OpenModelSettings extends Partial<ResolveOptions> {
  readonly resolveFolder?: (model: string) => Promise<string>;
}

/**
 * Opens a model and checks its weights against its config; tensors are read when an engine asks for them.
 *
 * @param reference a folder, a hub id, `random:<preset>`, or an object with more detail
 */
export async function openModel(
  reference: string | ModelOptions,
  settings: OpenModelSettings = {},
): Promise<Model> {
  const parsed = parseModelReference(reference);
  const { location } = parsed;
  if ('preset' in location) {
    const preset = findPreset(location.preset);
    const config = presetConfig(preset, parsed.imageSize);
    const side = parsed.imageSize ?? preset.usualImageSize;
    return assemble(parsed, config, randomOf(parsed, config), null, side);
  }
  const folder = await (settings.resolveFolder ?? hubFolder(settings))(location.model);
  const config = readConfig(folder);
  if (parsed.weights === 'random') {
    return assemble(parsed, config, randomOf(parsed, config), folder, parsed.imageSize);
  }
  familyOf(config);
  const source = checkpointParameters(await openWeights(folder));
  try {
    return assemble(parsed, config, source, folder, parsed.imageSize);
  } catch (thrown) {
    source.close();
    throw thrown;
  }
}

function hubFolder(settings: OpenModelSettings): (model: string) => Promise<string> {
  return async (model) => (await resolveModel(model, { env: process.env, fetch, ...settings })).folder;
}

function randomOf({ seed }: ModelReference, { fields }: ConfigFile): ParameterSource {
  return randomParameters(seed, JSON.stringify(fields));
}

function assemble(
  reference: ModelReference,
  config: ConfigFile,
  source: ParameterSource,
  folder: string | null,
  side: number | undefined,
): Model {
  const { family, network } = networkOf(config, source.has);
  const usual = family.takesAnyImageSize && folder !== null ? croppedSize(folder, family.name) : undefined;
  const image: ImageSide =
    side === undefined ? (usual ?? network.trainedImage) : { height: side, width: side };
  return assembleModel({ reference: reference.text, family: family.name, network, source, folder, image });
}

/** What the preprocessor of the folder hands over, where it crops to a fixed size. */
function croppedSize(folder: string, family: string): ImageSide | undefined {
  const file = path.join(folder, 'preprocessor_config.json');
  if (!existsSync(file)) return undefined;
  return parsePreprocessor(JSON.parse(readFileSync(file, 'utf8')), file, family).centerCrop;
}
