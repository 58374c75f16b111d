/** Opening a model by name: where its config and weights come from. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { localFile, type ResolveOptions, resolveModel } from '../checkpoints/hub/resolve-model.js';
import { openWeights } from '../checkpoints/weights.js';
import { parsePreprocessor } from '../images/preprocessor.js';
import { type ConfigFile, type ImageSide, readConfig, readConfigFile } from './config.js';
import { familyOf, networkOf } from './families.js';
import { openLoneCheckpoint } from './lone-checkpoint.js';
import { assembleModel, type Model } from './model.js';
import { type ModelOptions, type ModelReference, parseModelReference } from './model-reference.js';
import { checkpointParameters, type ParameterSource } from './parameters.js';
import { findPreset, presetConfig } from './presets.js';
import { randomParameters } from './random-parameters.js';

/** How what is not a folder becomes one; by default a hub id, with this process's environment and `fetch`. */
export interface OpenModelSettings extends Partial<ResolveOptions> {
  readonly resolveFolder?: (reference: string, wanted: 'model' | 'tokenizer') => Promise<string>;
}

/**
 * Opens a model and checks its weights against its config; tensors are read when an engine asks for them.
 *
 * @param reference a folder, a checkpoint file, a hub id, `random:<preset>`, or an object with more detail
 */
export async function openModel(
  reference: string | ModelOptions,
  settings: OpenModelSettings = {},
): Promise<Model> {
  const parsed = parseModelReference(reference);
  const { location, imageSize } = parsed;
  const resolve = settings.resolveFolder ?? hubFolder(settings);
  const tokenizer = parsed.tokenizer === undefined ? null : await resolve(parsed.tokenizer, 'tokenizer');
  if ('preset' in location) {
    const preset = findPreset(location.preset);
    const config = presetConfig(preset, imageSize);
    const side = imageSize ?? preset.usualImageSize;
    return assemble(parsed, { config, source: randomOf(parsed, config), folder: null, tokenizer, side });
  }
  const file = localFile(location.model, { env: process.env, ...settings });
  const folder = file === undefined ? await resolve(location.model, 'model') : path.dirname(file);
  const { config, source } =
    file === undefined ? await openFolder(folder, parsed) : await openFile(file, parsed);
  try {
    return assemble(parsed, { config, source, folder, tokenizer, side: imageSize });
  } catch (thrown) {
    source.close();
    throw thrown;
  }
}

export function hubFolder(settings: OpenModelSettings): NonNullable<OpenModelSettings['resolveFolder']> {
  return async (reference, wanted) =>
    (await resolveModel(reference, { env: process.env, fetch, ...settings, wanted })).folder;
}

interface Opened {
  readonly config: ConfigFile;
  readonly source: ParameterSource;
}

async function openFolder(folder: string, reference: ModelReference): Promise<Opened> {
  const config = readConfig(folder);
  if (reference.weights === 'random') return { config, source: randomOf(reference, config) };
  familyOf(config);
  return { config, source: checkpointParameters(await openWeights(folder, variantOf(reference))) };
}

/** The files to look for, as `openWeights` takes it. */
export function variantOf({ variant }: ModelReference): { variant?: string } {
  return variant === undefined ? {} : { variant };
}

async function openFile(file: string, reference: ModelReference): Promise<Opened> {
  const opened = await openLoneCheckpoint(file);
  if (reference.weights === 'checkpoint') return opened;
  opened.source.close();
  return { config: opened.config, source: randomOf(reference, opened.config) };
}

function randomOf({ seed }: ModelReference, { fields }: ConfigFile): ParameterSource {
  return randomParameters(seed, JSON.stringify(fields));
}

interface Found extends Opened {
  readonly folder: string | null;
  /** The folder of a tokenizer that was named apart from the model. */
  readonly tokenizer: string | null;
  readonly side: number | undefined;
}

function assemble(reference: ModelReference, { config, source, folder, tokenizer, side }: Found): Model {
  const { family, network } = networkOf(config, source.has);
  const usual = family.takesAnyImageSize && folder !== null ? croppedSize(folder, family.name) : undefined;
  const image: ImageSide =
    side === undefined ? (usual ?? network.trainedImage) : { height: side, width: side };
  return assembleModel({
    ...{ reference: reference.text, family: family.name, network, source, image },
    ...{ folder, tokenizerFolder: tokenizer ?? folder },
  });
}

/** What the preprocessor of the folder hands over, where it crops to a fixed size. */
function croppedSize(folder: string, family: string): ImageSide | undefined {
  const file = path.join(folder, 'preprocessor_config.json');
  if (!existsSync(file)) return undefined;
  return parsePreprocessor(readConfigFile(file).fields, file, family).centerCrop;
}
