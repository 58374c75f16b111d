/** A model ready to be turned into graphs: a network, its weights, and what a task wants to know of them. */
import type { Graph } from '../graph/tensor.js';
import type { EncoderShape } from '../reduction/reducer.js';
import type { ImageSide } from './config.js';
import {
  buildPart,
  buildText,
  buildVision,
  checkAndListOutputs,
  type PartOptions,
  partDefaults,
  type TextOptions,
  type VisionGraph,
  type VisionOptions,
} from './model-graphs.js';
import type { Network, SpecialTokens } from './network.js';
import type { ParameterSource } from './parameters.js';

export interface Model {
  readonly reference: string;
  readonly family: string;
  readonly architecture: string;
  readonly weightsKind: 'checkpoint' | 'random';
  /** The folder that its weights lie in, with `preprocessor_config.json` if there is one; null for a preset. */
  readonly folder: string | null;
  /** The folder that its tokenizer lies in: `folder`, unless another one was named. */
  readonly tokenizerFolder: string | null;
  readonly encoder: EncoderShape & {
    readonly imageHeight: number;
    readonly imageWidth: number;
    readonly patchSize: number;
    readonly channels: number;
  };
  readonly visionOutputs: readonly string[];
  /** Empty without a text tower. */
  readonly textOutputs: readonly string[];
  /** Longest text in tokens; null without a text tower. */
  readonly textMaxLength: number | null;
  readonly textTakesAttentionMask: boolean;
  /** Names of the graphs behind the image encoder, such as `decoder`; empty for a network of one or two towers. */
  readonly parts: readonly string[];
  /** Longest text of such a part in tokens; null where none reads text. */
  readonly partMaxLength: number | null;
  /** Null where the network generates no text and reads none together with an image. */
  readonly specialTokens: SpecialTokens | null;
  /** `logits_per_image` = logitScale · image · textᵀ + logitBias; null without a text tower. */
  readonly logitScale: number | null;
  readonly logitBias: number | null;
  /** Class names in the order of the logits. */
  readonly labels: readonly string[] | null;
  /** sha256 over the weight files, or over what random weights are made of. */
  digest(): Promise<string>;
  buildVision(options: VisionOptions): VisionGraph;
  buildText(options: TextOptions): Graph;
  /** A graph behind the image encoder. By default for all image tokens of the unreduced model, one beam, no mask and no cross-modal reduction. */
  buildPart(name: string, options: PartOptions): Graph;
  close(): void;
}

export interface ModelParts {
  readonly reference: string;
  readonly family: string;
  readonly network: Network;
  readonly source: ParameterSource;
  readonly folder: string | null;
  readonly tokenizerFolder: string | null;
  /** What images are given when nothing else is said. */
  readonly image: ImageSide;
}

/** Checks the weights against the network and puts a model together. */
export function assembleModel(parts: ModelParts): Model {
  const { reference, family, network, source, folder, tokenizerFolder, image } = parts;
  const names = checkAndListOutputs(network, source, reference);
  const similarity = network.similarity(source.parameters);
  return {
    reference,
    family,
    architecture: network.architecture,
    weightsKind: source.kind,
    folder,
    tokenizerFolder,
    encoder: {
      ...network.encoderFor(image),
      imageHeight: image.height,
      imageWidth: image.width,
      patchSize: network.patch.height,
      channels: network.channels,
    },
    visionOutputs: names.vision,
    textOutputs: names.text,
    textMaxLength: network.text?.maxLength ?? null,
    textTakesAttentionMask: network.text?.takesAttentionMask ?? false,
    parts: Object.keys(network.parts ?? {}),
    partMaxLength: network.partMaxLength ?? null,
    specialTokens: network.specialTokens ?? null,
    logitScale: similarity?.logitScale ?? null,
    logitBias: similarity?.logitBias ?? null,
    labels: network.labels,
    digest: () => source.digest(),
    buildVision(options) {
      const side = {
        height: options.imageHeight ?? image.height,
        width: options.imageWidth ?? image.width,
      };
      return buildVision(network, source.parameters, side, options);
    },
    buildText: (options) => buildText(network, source.parameters, options),
    buildPart: (name, options) =>
      buildPart(network, source.parameters, name, {
        ...partDefaults(network.encoderFor(image).tokenCount),
        ...options,
      }),
    close: () => source.close(),
  };
}
