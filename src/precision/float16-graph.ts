/**
 * A network in float16 with islands of float32: softmax and normalisation apart from the products of attention, sums over many
 * elements, the phases of the denoising step, and all of the merging, whose scores decide by their order.
 *
 * Every tensor has one native type, that of the node which makes it; whoever needs the other one gets a cast, made once.
 */
import { float32ToFloat16 } from '../checkpoints/float16.js';
import { cast, type Graph, type Node, rewrite, type Tensor } from '../graph/index.js';
import { deriveWeights } from './derived-weights.js';

/** Operators that compute in float16; all others keep float32. */
const HALF = new Set(
  'MatMul Gemm Conv MultiHeadAttention Attention Add Sub Mul Div Relu Sigmoid Tanh Gelu FastGelu QuickGelu Resize MaxPool AveragePool Reshape Transpose Concat Split Slice Gather Expand Unsqueeze Squeeze Tile Pad Where'.split(
    ' ',
  ),
);

/** Inputs and outputs of the network keep their types. */
export function inFloat16(network: Graph): Graph {
  const derive = deriveWeights(
    (shape) => ({ float16: { dtype: 'float16', shape } }),
    (values) => ({ float16: float32ToFloat16(values) }),
  );
  const converted = convertedOnce();
  const halved = (tensor: Tensor): Tensor =>
    tensor.source.kind === 'weight' && tensor.dtype === 'float32'
      ? derive({ ...tensor, source: tensor.source }).float16
      : converted(tensor, 'float16');
  const rewritten = rewrite(network, (source, inputs) => {
    if (source.kind !== 'node') return undefined;
    const isHalf = HALF.has(source.operator) && !isFull(source) && computesFloats(source);
    const typed = inputs.map((tensor, at) => {
      if (tensor === null || (tensor.dtype !== 'float32' && tensor.dtype !== 'float16')) return tensor;
      return isHalf && !isSizes(source, at) ? halved(tensor) : converted(tensor, 'float32');
    });
    const outputs = source.outputs.map(({ dtype, shape }) => ({
      dtype: isHalf && dtype === 'float32' ? ('float16' as const) : dtype,
      shape,
    }));
    const copy: Node = { ...source, inputs: typed, outputs };
    return outputs.map(({ dtype, shape }, output) => ({ dtype, shape, source: copy, output }));
  });
  const outputs = Object.entries(rewritten.outputs).map(
    ([name, tensor]) => [name, cast(tensor, network.outputs[name]!.dtype)] as const,
  );
  return { ...rewritten, outputs: Object.fromEntries(outputs) };
}

/**
 * Scopes in which everything is float32: where a reduction scores, merges and restores tokens, and the sines and cosines of the denoising
 * step, an angle of up to 999 that float16 knows to half a unit only (diffusers, too, casts behind them).
 */
const FULL = [' / reduction', ' / phases'];

function isFull({ scope }: Node): boolean {
  return FULL.some((name) => scope.endsWith(name));
}

function computesFloats({ outputs }: Node): boolean {
  return outputs[0]!.dtype === 'float32';
}

/** `Resize` takes its scales in float32 whatever it enlarges. */
function isSizes({ operator }: Node, at: number): boolean {
  return operator === 'Resize' && at > 0;
}

function convertedOnce(): (tensor: Tensor, dtype: 'float16' | 'float32') => Tensor {
  const known = new Map<Tensor['source'], Map<number, Tensor>>();
  return (tensor, dtype) => {
    if (tensor.dtype === dtype) return tensor;
    const ofSource = known.get(tensor.source) ?? new Map<number, Tensor>();
    known.set(tensor.source, ofSource);
    const result = ofSource.get(tensor.output) ?? cast(tensor, dtype);
    ofSource.set(tensor.output, result);
    return result;
  };
}
