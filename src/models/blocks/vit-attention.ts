/** Attention layers under the names of ViT, DeiT and DINOv2. */
import type { Parameters } from '../parameters.js';
import type { EncoderBlock } from './encoder-block.js';
import { takeLinear } from './linear.js';

/** Takes `<name>.attention.{query,key,value}` and `<name>.output.dense`. */
export function takeVitAttention(
  parameters: Parameters,
  name: string,
  width: number,
  qkvBias: boolean,
): Pick<EncoderBlock, 'query' | 'key' | 'value' | 'output'> {
  const side = { inputs: width, outputs: width };
  const one = (which: string) =>
    takeLinear(parameters, `${name}.attention.${which}`, { ...side, bias: qkvBias });
  return {
    query: one('query'),
    key: one('key'),
    value: one('value'),
    output: takeLinear(parameters, `${name}.output.dense`, side),
  };
}
