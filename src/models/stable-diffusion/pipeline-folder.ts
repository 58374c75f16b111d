/**
 * diffusers' folder layout: a sub-folder for each part of a pipeline, each with a config of its own, and an index of them.
 *
 * Source: `pipelines/pipeline_utils.py` of diffusers 0.42. A part's sub-folder given by itself is a pipeline with that part alone.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { oneOf } from '../../errors/did-you-mean.js';
import { TurboError } from '../../errors/turbo-error.js';
import { type ConfigFile, readConfig, readConfigFile } from '../config.js';

/** Parts with weights, named like their sub-folders. */
export const partNames = ['unet', 'vae', 'text_encoder'] as const;
export type PartName = (typeof partNames)[number];

const subfolders = [...partNames, 'tokenizer', 'scheduler'];
const indexFile = 'model_index.json';
const pipelineClasses = ['StableDiffusionPipeline', 'StableDiffusionImg2ImgPipeline'];

/** The config of every part that is there. */
export type PartConfigFiles = ReadonlyMap<PartName, ConfigFile>;

/** Whether a folder holds a pipeline, or a part of one. */
export function isPipelineFolder(folder: string): boolean {
  const has = (file: string): boolean => existsSync(path.join(folder, file));
  if (has(indexFile) || has(path.join('unet', 'config.json'))) return true;
  return has('config.json') && partOf(readConfig(folder)) !== undefined;
}

/** The part that a config describes, or undefined for the config of another model. */
export function partOf({ fields }: ConfigFile): PartName | undefined {
  if (fields._class_name === 'UNet2DConditionModel') return 'unet';
  if (fields._class_name === 'AutoencoderKL') return 'vae';
  return fields.model_type === 'clip_text_model' ? 'text_encoder' : undefined;
}

/**
 * Reads the configs of a pipeline's folder, or the one of a part's folder.
 *
 * @throws TurboError where a sub-folder is missing, or the pipeline is of another class
 */
export function readPartConfigs(folder: string): PartConfigFiles {
  if (existsSync(path.join(folder, 'config.json'))) {
    const config = readConfig(folder);
    const part = partOf(config);
    if (part !== undefined) return new Map([[part, config]]);
  }
  checkPipelineClass(folder);
  const missing = subfolders.filter((name) => !existsSync(path.join(folder, name)));
  if (missing.length > 0) {
    throw new TurboError('The pipeline lacks a sub-folder.', {
      where: path.resolve(folder),
      value: missing,
      allowed: `a folder of diffusers with ${subfolders.join(', ')}`,
      next: 'download the whole pipeline again, or name the sub-folder of one part',
    });
  }
  return new Map(partNames.map((name) => [name, readConfig(path.join(folder, name))]));
}

/** The sub-folder of a part; the folder itself where it is that part's. */
export function partFolder(folder: string, part: PartName): string {
  const inside = path.join(folder, part);
  return existsSync(inside) ? inside : folder;
}

function checkPipelineClass(folder: string): void {
  const where = path.join(folder, indexFile);
  if (!existsSync(where)) return;
  const name = readConfigFile(where).fields._class_name;
  if (pipelineClasses.includes(String(name))) return;
  throw new TurboError('This class of pipeline is not supported.', {
    where,
    value: name ?? null,
    allowed: oneOf(String(name), pipelineClasses),
    next: 'take a Stable Diffusion 1.x or 2.x pipeline',
  });
}
