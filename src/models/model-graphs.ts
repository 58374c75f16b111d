/** The graphs of a model: image encoder, text encoder, and the parts behind them, each with the outputs that were asked for. */
import { oneOf } from '../errors/did-you-mean.js';
import { TurboError } from '../errors/turbo-error.js';
import { BATCH, graph, input } from '../graph/index.js';
import type { Graph, Tensor } from '../graph/tensor.js';
import type { EncoderShape, Formulation, Reducer } from '../reduction/reducer.js';
import { createReducer, type ReductionSpec } from '../reduction/registry.js';
import { defaultSizeBias, type SizeBias } from './blocks/attention.js';
import type { Trace } from './blocks/vision-tower.js';
import { checkParameters } from './check-parameters.js';
import type { ImageSide } from './config.js';
import { type Network, type Outputs, type PartRequest, TOKEN_SIZES, type VisionFeatures } from './network.js';
import { type ParameterSource, type Parameters, parametersTakenBy } from './parameters.js';

export interface VisionOptions {
  /** A method with its parameters, or a reducer of the caller's own for this encoder. */
  readonly reduction: ReductionSpec | ((encoder: EncoderShape) => Reducer);
  /** Names from `visionOutputs`; only what they need is computed. */
  readonly outputs: readonly string[];
  readonly imageHeight?: number;
  readonly imageWidth?: number;
  /** Also return what happened in every block. Default false. */
  readonly trace?: Trace;
  /** How log(size) enters the attention; all ways give one result at different speed. */
  readonly sizeBias?: SizeBias;
  /**
   * Let the last block compute only the rows that the outputs read, where that is the class token alone: the same result
   * for about 7 % less work in a ViT-B/16. Default false, because published figures are of whole networks.
   */
  readonly skipUnreadRows?: boolean;
  /** How merging is written, as the device likes it. */
  readonly formulation?: Formulation | undefined;
}

export interface TextOptions {
  readonly sequenceLength: number;
  /** Names from `textOutputs`. */
  readonly outputs: readonly string[];
}

export interface PartOptions extends Partial<PartRequest> {
  /** Names of the part's outputs; all of them by default. */
  readonly outputs?: readonly string[];
}

export interface VisionGraph {
  readonly graph: Graph;
  readonly reducer: Reducer;
  readonly tokensAfterBlock: readonly number[];
}

/**
 * `pixel_values` [batch, channels, H, W] to the named outputs.
 *
 * @param image side of the pictures in pixels
 * @throws TurboError when it is smaller than a patch, or an output is unknown
 */
export function buildVision(
  network: Network,
  parameters: Parameters,
  image: ImageSide,
  options: VisionOptions,
): VisionGraph {
  const { reduction, outputs, trace = false, sizeBias = defaultSizeBias } = options;
  const skips = (options.skipUnreadRows ?? false) && trace === false;
  const leadingRows = skips ? rowsRead(network, outputs) : null;
  checkImage(network, image);
  const { formulation } = options;
  const encoder = { ...network.encoderFor(image), ...(formulation === undefined ? {} : { formulation }) };
  const reducer = typeof reduction === 'function' ? reduction(encoder) : createReducer(reduction, encoder);
  const pixels = pixelInput(network, image);
  const features = network.vision(parameters, {
    pixels,
    image,
    reducer,
    sizeBias,
    trace,
    classToken: encoder.classToken,
    leadingRows,
  });
  const tensors = { ...pick(features.outputs, outputs), ...features.trace };
  return {
    graph: graph('vision', [pixels, ...(reducer.inputs ?? [])], tensors),
    reducer,
    tokensAfterBlock: reducer.plan.map(({ tokensAfter }) => tokensAfter),
  };
}

/** Rows that all of `outputs` get by with, or null when one of them reads every token. Sizes are known without any row. */
function rowsRead({ leadingRowsRead }: Network, outputs: readonly string[]): number | null {
  const reading = outputs.filter((name) => name !== TOKEN_SIZES);
  const rows = reading.map((name) => leadingRowsRead[name] ?? Number.POSITIVE_INFINITY);
  const most = reading.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...rows);
  return Number.isFinite(most) ? most : null;
}

/**
 * `input_ids` [batch, length], with `attention_mask` where the network takes one, to the named outputs.
 *
 * @throws TurboError for a network without text encoder, a text that is too long, or an unknown output
 */
export function buildText(
  network: Network,
  parameters: Parameters,
  { sequenceLength, outputs }: TextOptions,
): Graph {
  const { text } = network;
  if (text === null) {
    throw new TurboError('The model has no text encoder.', {
      value: network.architecture,
      next: 'use a CLIP or SigLIP model for tasks with text',
    });
  }
  requirePositions(sequenceLength, text.maxLength);
  const inputs = textInputs(text.takesAttentionMask, sequenceLength);
  const features = text.build(parameters, { inputIds: inputs[0]!, attentionMask: inputs[1] ?? null });
  return graph('text', inputs, pick(features, outputs));
}

function requirePositions(sequenceLength: number, positions: number): void {
  if (sequenceLength >= 1 && sequenceLength <= positions) return;
  throw new TurboError('The text is longer than the model has positions.', {
    value: sequenceLength,
    allowed: `1 to ${positions} tokens`,
  });
}

/** All image tokens of the unreduced model, one text token, one beam, no mask and no cross-modal reduction. */
export function partDefaults(imageTokens: number): PartRequest {
  return { sequenceLength: 1, imageTokens, imageMask: false, beams: 1, crossModal: null };
}

/** @throws TurboError for an unknown part or output, and for a text that is too long */
export function buildPart(
  network: Network,
  parameters: Parameters,
  name: string,
  request: PartRequest & PartOptions,
): Graph {
  const known = Object.keys(network.parts ?? {});
  const part = network.parts?.[name];
  if (part === undefined) {
    throw new TurboError('The model has no part of this name.', {
      value: name,
      allowed:
        known.length === 0 ? 'a model that reads text and image together, such as BLIP' : oneOf(name, known),
      next: 'turbo-bench list models',
    });
  }
  requirePositions(request.sequenceLength, network.partMaxLength ?? Number.POSITIVE_INFINITY);
  const { inputs, outputs } = part(parameters, request);
  return graph(name, inputs, pick(outputs, request.outputs ?? Object.keys(outputs)));
}

/**
 * Builds every output once on a recorder: what it takes is what the checkpoint must hold.
 *
 * @returns names of all outputs
 * @throws TurboError when a parameter is missing, left over, or of another shape
 */
export function checkAndListOutputs(
  network: Network,
  source: ParameterSource,
  where: string,
): { vision: string[]; text: string[] } {
  let vision: string[] = [];
  let text: string[] = [];
  const expected = parametersTakenBy((recorder) => {
    const image = network.trainedImage;
    const encoder = network.encoderFor(image);
    const reducer = createReducer({ method: 'none' }, encoder);
    const features: VisionFeatures = network.vision(recorder, {
      pixels: pixelInput(network, image),
      image,
      reducer,
      sizeBias: defaultSizeBias,
      trace: false,
      classToken: encoder.classToken,
      leadingRows: null,
    });
    const all = network.text?.build(recorder, {
      inputIds: textInputs(false, network.text.maxLength)[0]!,
      attentionMask: null,
    });
    network.similarity(recorder);
    vision = Object.keys(features.outputs);
    text = Object.keys(all ?? {});
    for (const make of Object.values({ ...features.outputs, ...all })) make();
    for (const part of Object.values(network.parts ?? {})) {
      const { outputs } = part(recorder, partDefaults(network.encoderFor(image).tokenCount));
      for (const make of Object.values(outputs)) make();
    }
  });
  if (source.stored !== null) checkParameters(expected, source.stored, where);
  return { vision, text };
}

function pixelInput(network: Network, { height, width }: ImageSide): Tensor {
  return input('pixel_values', 'float32', [BATCH, network.channels, height, width]);
}

function textInputs(withMask: boolean, length: number): Tensor[] {
  const names = withMask ? ['input_ids', 'attention_mask'] : ['input_ids'];
  return names.map((name) => input(name, 'int64', [BATCH, length]));
}

function pick(outputs: Outputs, wanted: readonly string[]): Record<string, Tensor> {
  const known = Object.keys(outputs);
  return Object.fromEntries(
    wanted.map((name) => {
      const make = outputs[name];
      if (make === undefined) {
        throw new TurboError('The model has no output of this name.', {
          value: name,
          allowed: oneOf(name, known),
        });
      }
      return [name, make()];
    }),
  );
}

function checkImage({ patch }: Network, { height, width }: ImageSide): void {
  if (height >= patch.height && width >= patch.width) return;
  throw new TurboError('The image is smaller than one patch of the model.', {
    value: { height, width },
    allowed: `at least ${patch.height} × ${patch.width} pixels`,
  });
}
