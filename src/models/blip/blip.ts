/**
 * BLIP for captioning, question answering and retrieval.
 *
 * Source: BLIP (arXiv 2201.12086); `modeling_blip.py` of transformers, with whose results it agrees, and github.com/salesforce/BLIP, whose checkpoints
 * load as well.
 */
import { BATCH, input } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import { tokenAt } from '../blocks/vision-tower.js';
import {
  defineFamily,
  type Outputs,
  type Part,
  type PartBuild,
  type PartRequest,
  type TextNetwork,
  type VisionFeatures,
  type VisionRequest,
} from '../network.js';
import type { Parameters } from '../parameters.js';
import { visionShape } from '../vision-shape.js';
import { BlipConfig, encoderTokenId } from './config.js';
import { decoderPass, decoderStep } from './decoder.js';
import { matchLogits, sharedSpace } from './heads.js';
import { hasOfficialNames, underOfficialNames } from './official-names.js';
import { imageTokensSeen, textPass } from './text-model.js';
import { blipVision } from './vision.js';

const captioning = 'BlipForConditionalGeneration';
const answering = 'BlipForQuestionAnswering';
const retrieval = 'BlipForImageTextRetrieval';

export const blip = defineFamily({
  name: 'blip',
  modelType: 'blip',
  architectures: [captioning, answering, retrieval],
  schema: BlipConfig,
  network(config, architecture, has) {
    const { text, vision } = config;
    const named = (parameters: Parameters): Parameters =>
      hasOfficialNames(has) ? underOfficialNames(parameters) : parameters;
    return {
      architecture,
      ...visionShape(vision, 1),
      labels: null,
      leadingRowsRead: { pooler_output: 1, image_embeds: 1 },
      vision: (parameters, request) =>
        architecture === retrieval
          ? visionWithEmbedding(config, named(parameters), request)
          : blipVision(vision, named(parameters), request),
      text: architecture === retrieval ? textAlone(config) : null,
      parts: partsOf(config, architecture),
      partMaxLength: text.max_position_embeddings,
      specialTokens: {
        decoderId: text.bos_token_id,
        encoderId: encoderTokenId(text),
        endId: text.sep_token_id,
        padId: text.pad_token_id,
      },
      similarity: () => (architecture === retrieval ? { logitScale: 1, logitBias: 0 } : null),
    };
  },
});

function partsOf(config: BlipConfig, architecture: string): Readonly<Record<string, Part>> {
  const { text, vision } = config;
  if (architecture === retrieval)
    return { match: (parameters, request) => matchPart(config, parameters, request) };
  const reads = architecture === captioning ? vision.hidden_size : text.hidden_size;
  const decoder: Record<string, Part> = {
    decoder: (parameters, request) => decoderPass(text, reads, parameters, request),
    decoderStep: (parameters, request) => decoderStep(text, reads, parameters, request),
  };
  if (architecture === captioning) return decoder;
  return { question: (parameters, request) => questionPart(config, parameters, request), ...decoder };
}

/** `image_embeds` [batch, projected]: the class token after the final norm, once, in the space shared with texts. */
function visionWithEmbedding(
  { vision, projected }: BlipConfig,
  parameters: Parameters,
  request: VisionRequest,
): VisionFeatures {
  const { outputs, trace } = blipVision(vision, parameters, request);
  const embedding = (): Tensor =>
    sharedSpace(parameters, 'vision_proj', tokenAt(outputs.last_hidden_state!(), 0), projected);
  return { outputs: { ...outputs, image_embeds: embedding }, trace };
}

/** The text encoder without an image: `text_embeds` [batch, projected] of the first token. */
function textAlone({ text, projected }: BlipConfig): TextNetwork {
  return {
    maxLength: text.max_position_embeddings,
    takesAttentionMask: true,
    build(parameters, { inputIds, attentionMask }) {
      const { hidden } = textPass(
        {
          config: text,
          prefix: 'text_encoder',
          inputIds,
          textMask: attentionMask,
          causal: false,
          image: null,
          imageMask: null,
          crossModal: null,
        },
        parameters,
      );
      return {
        text_last_hidden_state: () => hidden,
        text_embeds: () => sharedSpace(parameters, 'text_proj', tokenAt(hidden, 0), projected),
      };
    },
  };
}

interface Encoded {
  readonly inputs: readonly Tensor[];
  readonly states: Tensor;
  /** `image_mass` and `image_kept.<i>`, where they were asked for; `question_mask`, where text tokens are merged. */
  readonly further: Outputs;
}

/** The text encoder looking at an image: `input_ids` and `attention_mask` [batch, T] int64, `encoder_hidden_states` [batch, N, C]. */
function encodeWithImage(
  { text, vision }: BlipConfig,
  parameters: Parameters,
  request: PartRequest,
): Encoded {
  const { sequenceLength, imageTokens, crossModal, textMerging = null, sumsAttention = false } = request;
  const inputIds = input('input_ids', 'int64', [BATCH, sequenceLength]);
  const textMask = input('attention_mask', 'int64', [BATCH, sequenceLength]);
  const image = input('encoder_hidden_states', 'float32', [BATCH, imageTokens, vision.hidden_size]);
  const pass = {
    config: text,
    prefix: 'text_encoder',
    inputIds,
    textMask,
    causal: false,
    image,
    imageMask: null,
    crossModal,
    textMerging,
    sumsAttention,
  };
  const passed = textPass(pass, parameters);
  const { hidden: states, textMask: left, imageMass } = passed;
  const further: Outputs = {
    ...(imageMass === null ? {} : { image_mass: () => imageMass }),
    ...(textMerging === null ? {} : { question_mask: () => left! }),
    ...(request.tracesImageTokens ? imageTokensSeen(passed) : {}),
  };
  return { inputs: [inputIds, textMask, image], states, further };
}

/** Does the text tell what the image shows? `itm_score` [batch, 2]: logits of no match and match. */
function matchPart(config: BlipConfig, parameters: Parameters, request: PartRequest): PartBuild {
  const { inputs, states, further } = encodeWithImage(config, parameters, request);
  return {
    inputs,
    outputs: {
      ...further,
      itm_score: () => matchLogits(parameters, tokenAt(states, 0)),
      question_embeds: () => states,
    },
  };
}

/** `question_embeds` [batch, T, C], which the decoder of answers reads. */
function questionPart(config: BlipConfig, parameters: Parameters, request: PartRequest): PartBuild {
  const { inputs, states, further } = encodeWithImage(config, parameters, request);
  return { inputs, outputs: { ...further, question_embeds: () => states } };
}
