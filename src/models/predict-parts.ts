/**
 * `predict` behind the image encoder: decoders, question encoders, matching and pairs, under the names that transformers gives inputs and outputs.
 */
import { pickRows, type TensorData, tensorData } from '../engines/index.js';
import { TurboError } from '../errors/turbo-error.js';
import { generateText, paddedRows } from '../generation/generate.js';
import type { GenerationOptions } from '../generation/options.js';
import { requireRoom } from '../generation/room.js';
import type { CrossModal } from '../reduction/cross-modal.js';
import type { Model } from './model.js';
import type { PartOptions } from './model-graphs.js';
import type { PartSessions } from './part-sessions.js';
import { requireDecoder } from './predict-options.js';

export interface PartsRequest {
  readonly model: Model;
  readonly sessions: PartSessions;
  /** Image tokens after the vision tower, [images, N, C]. */
  readonly image: TensorData;
  /** `input_ids`, `attention_mask`, `decoder_input_ids`, as far as they are given. */
  readonly inputs: ReadonlyMap<string, TensorData>;
  readonly generate: GenerationOptions | null;
  readonly crossModal: CrossModal | null;
}

type Tensors = Record<string, TensorData>;

/** What the parts of the model return for these inputs; nothing where an input is missing. */
export async function predictParts(request: PartsRequest): Promise<Tensors> {
  const { model, generate } = request;
  if (generate !== null) requireDecoder(model);
  if (model.parts.includes('pair')) return pairs(request);
  if (model.parts.includes('match')) return match(request);
  if (model.parts.includes('question')) return answers(request);
  return model.parts.includes('decoder') ? captions(request) : {};
}

async function captions(request: PartsRequest): Promise<Tensors> {
  const { inputs, image } = request;
  const ids = inputs.get('decoder_input_ids') ?? inputs.get('input_ids');
  return {
    ...(ids === undefined ? {} : await teacherForced(request, ids, image, null)),
    ...(request.generate === null ? {} : await generated(request, request.generate, image, ids)),
  };
}

/** transformers lets generated answers see the padding of a question, and given ones not; so does this. */
async function answers(request: PartsRequest): Promise<Tensors> {
  const { inputs, image, generate } = request;
  const ids = inputs.get('input_ids');
  if (ids === undefined) return {};
  const mask = inputs.get('attention_mask') ?? onesLike(ids);
  const { question_embeds: states } = await runPart(
    request,
    'question',
    partOf(ids, image, request.crossModal),
    {
      input_ids: ids,
      attention_mask: mask,
      encoder_hidden_states: image,
    },
  );
  const decoderIds = inputs.get('decoder_input_ids');
  const plain = { ...request, crossModal: null };
  return {
    question_embeds: states!,
    ...(decoderIds === undefined ? {} : await teacherForced(plain, decoderIds, states!, mask)),
    ...(generate === null ? {} : await generated(plain, generate, states!, decoderIds)),
  };
}

async function match(request: PartsRequest): Promise<Tensors> {
  const { inputs, image } = request;
  const ids = inputs.get('input_ids');
  if (ids === undefined || ids.shape[0] !== image.shape[0]) return {};
  return runPart(request, 'match', partOf(ids, image, request.crossModal), {
    input_ids: ids,
    attention_mask: inputs.get('attention_mask') ?? onesLike(ids),
    encoder_hidden_states: image,
  });
}

/** The first half of the images are the first pictures of the pairs, the other half the second ones. */
async function pairs(request: PartsRequest): Promise<Tensors> {
  const { inputs, image } = request;
  const ids = inputs.get('input_ids');
  if (ids === undefined) return {};
  const count = ids.shape[0]!;
  if (image.shape[0] !== 2 * count) {
    throw new TurboError('A statement is about two images.', {
      value: `${count} statements, ${image.shape[0]} images`,
      allowed: `${2 * count} images: the first pictures of all pairs, then the second ones`,
    });
  }
  const part = (from: number): TensorData =>
    pickRows(
      image,
      Array.from({ length: count }, (_, row) => from + row),
    );
  return runPart(request, 'pair', partOf(ids, image, request.crossModal), {
    input_ids: ids,
    attention_mask: inputs.get('attention_mask') ?? onesLike(ids),
    encoder_hidden_states: part(0),
    encoder_hidden_states_2: part(count),
  });
}

function teacherForced(
  request: PartsRequest,
  ids: TensorData,
  states: TensorData,
  mask: TensorData | null,
): Promise<Tensors> {
  return runPart(
    request,
    'decoder',
    { ...partOf(ids, states, request.crossModal), imageMask: mask !== null, outputs: ['logits'] },
    {
      decoder_input_ids: ids,
      encoder_hidden_states: states,
      ...(mask === null ? {} : { encoder_attention_mask: mask }),
    },
  );
}

async function generated(
  { model, sessions, crossModal }: PartsRequest,
  options: GenerationOptions,
  states: TensorData,
  promptIds: TensorData | undefined,
): Promise<Tensors> {
  const tokens = model.specialTokens!;
  const prompt = promptIds === undefined ? [tokens.decoderId] : samePrompt(promptIds);
  requireRoom(prompt.length, options, model.partMaxLength);
  const decoder = await sessions.decoder({
    imageTokens: states.shape[1]!,
    imageMask: false,
    beams: options.numBeams,
    promptLength: prompt.length,
    maxLength: options.maxLength,
    crossModal,
  });
  const images = states.shape[0]!;
  const texts = await generateText(decoder.begin(states), prompt, options, tokens, [...Array(images).keys()]);
  const scores = texts.map(({ score }) => score).filter((score) => score !== null);
  return {
    sequences: tensorData(paddedRows(texts, options.maxLength, tokens.padId), [images, options.maxLength]),
    ...(scores.length === images
      ? { sequences_scores: tensorData(Float32Array.from(scores), [images]) }
      : {}),
  };
}

/** Texts are generated behind one prompt for all images. */
function samePrompt({ data, shape }: TensorData): number[] {
  const [rows, length] = shape as [number, number];
  const prompt = Array.from({ length }, (_, at) => Number(data[at]));
  for (let at = 0; at < rows * length; at++) {
    if (Number(data[at]) === prompt[at % length]) continue;
    throw new TurboError('Texts are generated behind one prompt.', {
      value: `row ${Math.floor(at / length)} differs from row 0`,
      allowed: 'equal rows, or one call for each prompt',
    });
  }
  return prompt;
}

function partOf(ids: TensorData, states: TensorData, crossModal: CrossModal | null): PartOptions {
  return { sequenceLength: ids.shape[1]!, imageTokens: states.shape[1]!, crossModal };
}

async function runPart(
  { sessions }: PartsRequest,
  name: string,
  part: PartOptions,
  feeds: Tensors,
): Promise<Tensors> {
  return (await sessions.part(name, part)).run(feeds);
}

/** The mask of ids without padding. */
export function onesLike({ shape, data }: TensorData): TensorData {
  return tensorData(new BigInt64Array(data.length).fill(1n), shape);
}
