/**
 * A Stable Diffusion pipeline: its networks as graphs. The weights of a part are opened when it is first asked for, and once.
 */
import { createHash } from 'node:crypto';
import { oneOf } from '../../errors/did-you-mean.js';
import { TurboError } from '../../errors/turbo-error.js';
import type { Graph } from '../../graph/tensor.js';
import { checkParameters } from '../check-parameters.js';
import type { ClipTextConfig } from '../clip/config.js';
import { type ParameterSource, type Parameters, parametersTakenBy } from '../parameters.js';
import { type PartConfigs, parsePartConfigs } from './part-configs.js';
import type { PartConfigFiles, PartName } from './pipeline-folder.js';
import { type TextEncoderOptions, textEncoderGraph, underTextNames } from './text-encoder.js';
import { type UNetOptions, unetGraph } from './unet.js';
import type { UNetConfig } from './unet-config.js';
import { latentSize, type Size, vaeDecoderGraph, vaeEncoderGraph } from './vae.js';
import { pixelsPerLatent, type VaeConfig } from './vae-config.js';
import { underVaeNames } from './vae-middle.js';

export interface UNet {
  readonly config: UNetConfig;
  graph(options: UNetOptions): Graph;
}
export interface Vae {
  readonly config: VaeConfig;
  /** @param image in pixels, divisible by 8 */
  encoderGraph(image: Size): Graph;
  decoderGraph(latents: Size): Graph;
}
export interface TextEncoder {
  readonly config: ClipTextConfig;
  graph(options: TextEncoderOptions): Graph;
}

export interface Pipeline {
  readonly reference: string;
  readonly weightsKind: 'checkpoint' | 'random';
  /** The folder of the pipeline or part; null for a preset. */
  readonly folder: string | null;
  /** The parts that are there. */
  readonly parts: readonly PartName[];
  /** The picture that it makes when nothing else is said; null without an autoencoder. */
  readonly imageSize: Size | null;
  /** The latents of that picture; null where there is neither autoencoder nor U-Net. */
  readonly latentSize: Size | null;
  unet(): Promise<UNet>;
  vae(): Promise<Vae>;
  textEncoder(): Promise<TextEncoder>;
  /** sha256 over the weights of all parts. */
  digest(): Promise<string>;
  /** Frees the files of all parts. */
  close(): void;
}

export interface PipelineParts {
  readonly reference: string;
  readonly weightsKind: Pipeline['weightsKind'];
  readonly folder: string | null;
  readonly files: PartConfigFiles;
  /** Side of the picture in pixels; by default what the U-Net was trained for. */
  readonly imageSide: number | undefined;
  openPart(name: PartName): Promise<ParameterSource>;
}

/** Checks the configs; the weights of each part are checked against its network when it is opened. */
export function assemblePipeline(parts: PipelineParts): Pipeline {
  const { reference, weightsKind, folder, files } = parts;
  const configs = parsePartConfigs(files);
  const opened: ParameterSource[] = [];
  const source = once(async (name: PartName): Promise<ParameterSource> => {
    const { where } = files.get(name) ?? refusePart(name, files, reference);
    const found = await parts.openPart(name);
    opened.push(found);
    const expected = parametersTakenBy((recorder) => buildAll(name, configs, namesOf(name, found)(recorder)));
    if (found.stored !== null) checkParameters(expected, found.stored, where);
    return found;
  });
  const parametersOf = async (name: PartName): Promise<Parameters> => {
    const found = await source(name);
    return namesOf(name, found)(found.parameters);
  };
  return {
    reference,
    weightsKind,
    folder,
    parts: [...files.keys()],
    ...sizesOf(configs, parts.imageSide, reference),
    async unet() {
      const parameters = await parametersOf('unet');
      const config = configs.unet!;
      return { config, graph: (options) => unetGraph(config, parameters, options) };
    },
    async vae() {
      const parameters = await parametersOf('vae');
      const config = configs.vae!;
      return {
        config,
        encoderGraph(image) {
          latentSize(config, image);
          return vaeEncoderGraph(config, parameters, image);
        },
        decoderGraph: (latents) => vaeDecoderGraph(config, parameters, latents),
      };
    },
    async textEncoder() {
      const parameters = await parametersOf('text_encoder');
      const config = configs.textEncoder!;
      return {
        config,
        graph(options) {
          checkTextOptions(config, options);
          return textEncoderGraph(config, parameters, options);
        },
      };
    },
    async digest() {
      const digest = createHash('sha256');
      for (const [name, { fields }] of files) {
        const weights = await (await source(name)).digest();
        digest.update(`${name} ${JSON.stringify(fields)} ${weights}\n`);
      }
      return digest.digest('hex');
    },
    close() {
      for (const part of opened) part.close();
    },
  };
}

/** The names under which a checkpoint holds a part's parameters. */
function namesOf(name: PartName, { has }: ParameterSource): (parameters: Parameters) => Parameters {
  if (name === 'vae') return (parameters) => underVaeNames(parameters, has);
  if (name === 'text_encoder') return (parameters) => underTextNames(parameters, has);
  return (parameters) => parameters;
}

/** Builds all graphs of a part once, so that it is known what they take. */
function buildAll(name: PartName, { unet, vae, textEncoder }: PartConfigs, parameters: Parameters): void {
  if (name === 'unet') {
    unetGraph(unet!, parameters, { ...unet!.sample_size, textLength: 1, reducer: null });
  } else if (name === 'vae') {
    const side = pixelsPerLatent(vae!);
    vaeEncoderGraph(vae!, parameters, { height: side, width: side });
    vaeDecoderGraph(vae!, parameters, { height: 1, width: 1 });
  } else {
    const sequenceLength = textEncoder!.max_position_embeddings;
    textEncoderGraph(textEncoder!, parameters, { sequenceLength, clipSkip: 0 });
  }
}

/** Sizes of picture and latents: as asked for, or what the U-Net was trained for, or the autoencoder by itself. */
function sizesOf(
  { unet, vae }: PartConfigs,
  side: number | undefined,
  where: string,
): Pick<Pipeline, 'imageSize' | 'latentSize'> {
  if (vae === null) {
    if (side === undefined) return { imageSize: null, latentSize: unet?.sample_size ?? null };
    throw new TurboError('The size of a picture says nothing without an autoencoder.', {
      value: side,
      where,
      next: 'name the folder that holds all parts, with model_index.json',
    });
  }
  const factor = pixelsPerLatent(vae);
  const trained =
    unet === null
      ? vae.sample_size
      : { height: factor * unet.sample_size.height, width: factor * unet.sample_size.width };
  const imageSize = side === undefined ? trained : { height: side, width: side };
  return { imageSize, latentSize: latentSize(vae, imageSize) };
}

function checkTextOptions(config: ClipTextConfig, { sequenceLength, clipSkip }: TextEncoderOptions): void {
  const { max_position_embeddings: longest, num_hidden_layers: layers } = config;
  if (sequenceLength < 1 || sequenceLength > longest) {
    throw new TurboError('The text is longer than the text encoder has positions.', {
      value: sequenceLength,
      allowed: `1 to ${longest} tokens`,
    });
  }
  if (!Number.isInteger(clipSkip) || clipSkip < 0 || clipSkip >= layers) {
    throw new TurboError('The text encoder has not so many layers to skip.', {
      value: { clipSkip },
      allowed: `0 to ${layers - 1}`,
    });
  }
}

function refusePart(name: PartName, files: PartConfigFiles, reference: string): never {
  throw new TurboError('The pipeline does not have this part.', {
    value: name,
    allowed: oneOf(name, [...files.keys()]),
    where: reference,
    next: 'name the folder that holds all parts, with model_index.json',
  });
}

/** The same promise for the same name, a failed one forgotten. */
function once<Value>(make: (name: PartName) => Promise<Value>): (name: PartName) => Promise<Value> {
  const made = new Map<PartName, Promise<Value>>();
  return (name) => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const value = make(name);
    made.set(name, value);
    value.catch(() => made.delete(name));
    return value;
  };
}
