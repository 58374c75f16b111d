/** ViT: `ViTForImageClassification` and the bare `ViTModel`. */
import { withScope } from '../../graph/index.js';
import { project, takeLinear } from '../blocks/linear.js';
import { labelCount, labelsOf } from '../config.js';
import { defineFamily, type Outputs } from '../network.js';
import { visionShape } from '../vision-shape.js';
import { VitConfig } from './config.js';
import { encoderPrefix, normalizedRow, vitEncoder, vitPooler } from './encoder.js';

const leading = ['cls_token'] as const;

export const vit = defineFamily({
  name: 'vit',
  modelType: 'vit',
  architectures: ['ViTForImageClassification', 'ViTModel'],
  schema: VitConfig,
  network(config, architecture, has) {
    const prefix = encoderPrefix('vit.', has);
    const classifies = architecture === 'ViTForImageClassification';
    return {
      architecture,
      ...visionShape(config, 1),
      labels: classifies ? labelsOf(config) : null,
      leadingRowsRead: { logits: 1, pooler_output: 1 },
      vision(parameters, request) {
        const encoder = vitEncoder(config, leading, prefix, parameters, request);
        const { hidden, tokenSizes, trace, finalNorm } = encoder;
        const outputs: Record<string, Outputs[string]> = {
          last_hidden_state: () => finalNorm(hidden),
          token_sizes: tokenSizes,
        };
        if (classifies) {
          const classifier = takeLinear(parameters, 'classifier', {
            inputs: config.hidden_size,
            outputs: labelCount(config),
          });
          outputs.logits = () => {
            const row = normalizedRow(encoder, 0);
            return withScope('head', () => project(row, classifier));
          };
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
