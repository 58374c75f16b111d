/**
 * BLIP's NLVR2 network: is a statement about two images true?
 *
 * Source: `models/blip_nlvr.py` of github.com/salesforce/BLIP, under its names: transformers has no such network. Pre-training files hold one cross-attention
 * where this network has two; it is read into both.
 */
import { BATCH, input, relu, withScope } from '../../graph/index.js';
import { project, takeLinear } from '../blocks/linear.js';
import { tokenAt } from '../blocks/vision-tower.js';
import { defineFamily, type PartBuild, type PartRequest } from '../network.js';
import type { HasParameter, Parameters } from '../parameters.js';
import { visionShape } from '../vision-shape.js';
import { BlipNlvrConfig } from './config.js';
import { pairPass } from './nlvr-text.js';
import { underOfficialNames } from './official-names.js';
import { blipVision } from './vision.js';

export const blipNlvr = defineFamily({
  name: 'blip-nlvr',
  modelType: 'blip_nlvr',
  architectures: ['BLIP_NLVR'],
  schema: BlipNlvrConfig,
  network(config, architecture, has) {
    const { text, vision } = config;
    return {
      architecture,
      ...visionShape(vision, 1),
      labels: null,
      leadingRowsRead: { pooler_output: 1 },
      vision: (parameters, request) => blipVision(vision, underOfficialNames(parameters), request),
      text: null,
      parts: {
        pair: (parameters, request) => pairPart(config, withBothAttentions(parameters, has), request),
      },
      partMaxLength: config.text.max_position_embeddings,
      specialTokens: {
        decoderId: text.bos_token_id,
        encoderId: text.enc_token_id,
        endId: text.sep_token_id,
        padId: text.pad_token_id,
      },
      similarity: () => null,
    };
  },
});

/**
 * Inputs: `input_ids` and `attention_mask` [batch, T] int64, `encoder_hidden_states` and `encoder_hidden_states_2` [batch, N, C].
 * Outputs: `logits` [batch, 2]: false, true.
 */
function pairPart(
  { text, vision }: BlipNlvrConfig,
  parameters: Parameters,
  { sequenceLength, imageTokens, crossModal, textMerging = null }: PartRequest,
): PartBuild {
  const inputIds = input('input_ids', 'int64', [BATCH, sequenceLength]);
  const textMask = input('attention_mask', 'int64', [BATCH, sequenceLength]);
  const shape = [BATCH, imageTokens, vision.hidden_size];
  const first = input('encoder_hidden_states', 'float32', shape);
  const second = input('encoder_hidden_states_2', 'float32', shape);
  const states = pairPass(
    { config: text, inputIds, textMask, images: [first, second], crossModal, textMerging },
    parameters,
  );
  const width = text.hidden_size;
  const hidden = takeLinear(parameters, 'cls_head.0', { inputs: width, outputs: width });
  const output = takeLinear(parameters, 'cls_head.2', { inputs: width, outputs: 2 });
  return {
    inputs: [inputIds, textMask, first, second],
    outputs: {
      logits: () => withScope('head', () => project(relu(project(tokenAt(states, 0), hidden)), output)),
      text_last_hidden_state: () => states,
    },
  };
}

/** Reads a single cross-attention, as pre-training leaves it, into both. */
function withBothAttentions(parameters: Parameters, has: HasParameter): Parameters {
  const single = (name: string): string => {
    const merged = name
      .replace(/\.crossattention\.self[01]\./, '.crossattention.self.')
      .replace(/\.crossattention\.output\.dense[01]\./, '.crossattention.output.dense.');
    return !has(name) && has(merged) ? merged : name;
  };
  return {
    take: (name, shape) => parameters.take(single(name), shape),
    values: (name, shape) => parameters.values(single(name), shape),
  };
}
