/** Opening a model by name: where its config and weights come from. */
import { openWeights } from '../checkpoints/weights.js';
import { type ConfigFile, type ImageSide, readConfig } from './config.js';
import { networkOf } from './families.js';
import { assembleModel, type Model } from './model.js';
import { type ModelOptions, type ModelReference, parseModelReference } from './model-reference.js';
import { checkpointParameters, type ParameterSource } from './parameters.js';
import { findPreset, presetConfig } from './presets.js';
import { randomParameters } from './random-parameters.js';

export interface OpenModelSettings {
  /** Turns what is not a folder, such as a hub id, into one. */
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
  const folder = await (settings.resolveFolder ?? plainFolder)(location.model);
  const config = readConfig(folder);
  if (parsed.weights === 'random') {
    return assemble(parsed, config, randomOf(parsed, config), folder, parsed.imageSize);
  }
  const source = checkpointParameters(await openWeights(folder));
  try {
    return assemble(parsed, config, source, folder, parsed.imageSize);
  } catch (thrown) {
    source.close();
    throw thrown;
  }
}

async function plainFolder(model: string): Promise<string> {
  return model;
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
  const image: ImageSide = side === undefined ? network.trainedImage : { height: side, width: side };
  return assembleModel({ reference: reference.text, family: family.name, network, source, folder, image });
}
