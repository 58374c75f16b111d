/**
 * Weights rounded to bfloat16 and widened again before they are used.
 *
 * ONNX Runtime and TensorFlow.js widen when a session is made, so memory and speed are those of float32: what changes is what a
 * file would take, and the accuracy.
 */
import { float32ToBfloat16 } from '../checkpoints/float16.js';
import { cast, type Graph, rewrite, type Tensor } from '../graph/index.js';
import { deriveWeights } from './derived-weights.js';

export function withBfloat16Weights(network: Graph): Graph {
  const derive = deriveWeights(
    (shape) => ({ bfloat16: { dtype: 'bfloat16', shape } }),
    (values) => ({ bfloat16: float32ToBfloat16(values) }),
  );
  const widened = new Map<Tensor, Tensor>();
  return rewrite(network, (source, inputs) => {
    if (source.kind !== 'node' || !inputs.some(isFloatWeight)) return undefined;
    const wide = (tensor: Tensor | null): Tensor | null => {
      if (tensor?.source.kind !== 'weight' || tensor.dtype !== 'float32') return tensor;
      const { bfloat16 } = derive({ ...tensor, source: tensor.source });
      const result = widened.get(bfloat16) ?? cast(bfloat16, 'float32');
      widened.set(bfloat16, result);
      return result;
    };
    const copy = { ...source, inputs: inputs.map(wide) };
    return source.outputs.map(({ dtype, shape }, output) => ({ dtype, shape, source: copy, output }));
  });
}

function isFloatWeight(tensor: Tensor | null): boolean {
  return tensor?.source.kind === 'weight' && tensor.dtype === 'float32';
}
