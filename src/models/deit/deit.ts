/**
 * DeiT: a ViT with a distillation token behind the class token.
 *
 * Source: Training data-efficient image transformers (arXiv 2012.12877); `modeling_deit.py` of transformers.
 */
import { add, mul, withScope } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import { project, takeLinear } from '../blocks/linear.js';
import { labelCount, labelsOf } from '../config.js';
import { defineFamily, type Outputs } from '../network.js';
import { visionShape } from '../vision-shape.js';
import { VitConfig } from '../vit/config.js';
import { encoderPrefix, normalizedRow, vitEncoder, vitPooler } from '../vit/encoder.js';

const leading = ['cls_token', 'distillation_token'] as const;

export const deit = defineFamily({
  name: 'deit',
  modelType: 'deit',
  architectures: ['DeiTForImageClassificationWithTeacher', 'DeiTForImageClassification', 'DeiTModel'],
  schema: VitConfig,
  network(config, architecture, has) {
    const prefix = encoderPrefix('deit.', has);
    return {
      architecture,
      ...visionShape(config, 2),
      labels: architecture === 'DeiTModel' ? null : labelsOf(config),
      leadingRowsRead: {
        logits: architecture === 'DeiTForImageClassification' ? 1 : 2,
        cls_logits: 1,
        distillation_logits: 2,
        pooler_output: 1,
      },
      vision(parameters, request) {
        const encoder = vitEncoder(config, leading, prefix, parameters, request);
        const { hidden, tokenSizes, trace, finalNorm } = encoder;
        const side = { inputs: config.hidden_size, outputs: labelCount(config) };
        const classify = (name: string, position: number): (() => Tensor) => {
          const layer = takeLinear(parameters, name, side);
          return () => {
            const row = normalizedRow(encoder, position);
            return withScope('head', () => project(row, layer));
          };
        };
        const outputs: Record<string, Outputs[string]> = {
          last_hidden_state: () => finalNorm(hidden),
          token_sizes: tokenSizes,
        };
        if (architecture === 'DeiTForImageClassification') {
          outputs.logits = classify('classifier', 0);
        } else if (architecture === 'DeiTForImageClassificationWithTeacher') {
          const ofClass = classify('cls_classifier', 0);
          const ofDistillation = classify('distillation_classifier', 1);
          outputs.logits = () => {
            const sum = [ofClass(), ofDistillation()] as const;
            return withScope('head', () => mul(add(...sum), 0.5));
          };
          outputs.cls_logits = ofClass;
          outputs.distillation_logits = ofDistillation;
        } else if (has(`${prefix}pooler.dense.weight`)) {
          outputs.pooler_output = () => vitPooler(config, prefix, parameters, normalizedRow(encoder, 0));
        }
        return { outputs, trace };
      },
      text: null,
      similarity: () => null,
    };
  },
});
