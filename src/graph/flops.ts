/**
 * Floating-point operations of a graph; a multiply-add counts 2.
 *
 * MatMul, Gemm, Conv and attention: 2·m·n·k of their products. Softmax: 5 per element (max, subtract, exp, sum, divide);
 * layer and instance normalisation: 8; log-sum-exp: 3 per element of the input; other arithmetic and comparisons: 1 per element of the result; reductions and sorting: 1 per
 * element of the input; pooling: 1 per element of every window. Operations on whole numbers count as much as those on floats; quantising: 4 per element
 * (divide, round, shift, keep in range), 6 where minimum and maximum are found as well. Moving and choosing data (reshape, transpose, gather, scatter, where, …) is free. A fused
 * operator counts what its decomposition counts.
 */
import { resolveDimension, type Shape, type SymbolValues } from './dimension.js';
import { nodesOf } from './network.js';
import type { Graph, Node } from './tensor.js';

/** Operations in all, and by the scope of the nodes. */
export interface Flops {
  readonly total: number;
  readonly byScope: ReadonlyMap<string, number>;
}

/** @param values sizes of the symbols, e.g. `{ batch: 1 }` */
export function flopsOf(network: Graph, values: SymbolValues): Flops {
  const byScope = new Map<string, number>();
  let total = 0;
  for (const node of nodesOf(network)) {
    const count = flopsOfNode(node, values);
    total += count;
    byScope.set(node.scope, (byScope.get(node.scope) ?? 0) + count);
  }
  return { total, byScope };
}

const perOutput: Readonly<Record<string, number>> = {
  ...ones(
    'Add Sub Mul Div Pow Max Min Mod Sqrt Exp Log Erf Sin Cos Reciprocal Floor Ceil Round Neg Abs Sign Clip',
  ),
  ...ones('Relu Tanh Sigmoid Equal Greater GreaterOrEqual Less LessOrEqual And Or Not CumSum'),
  Softmax: 5,
  LogSoftmax: 5,
  LayerNormalization: 8,
  InstanceNormalization: 8,
  SkipLayerNormalization: 9,
  Gelu: 5,
  FastGelu: 9,
  QuickGelu: 3,
  Resize: 8,
  QuantizeLinear: 4,
  DynamicQuantizeLinear: 6,
};
const perInput: Readonly<Record<string, number>> = {
  ...ones('ReduceSum ReduceMean ReduceMax ReduceMin ReduceL2 ArgMax ArgMin TopK NonZero'),
  ReduceLogSumExp: 3,
};

function ones(names: string): Record<string, number> {
  return Object.fromEntries(names.split(' ').map((name) => [name, 1]));
}

function flopsOfNode(node: Node, values: SymbolValues): number {
  const result = countOf(node.outputs[0]!.shape, values);
  const input = (at: number) => node.inputs[at]!.shape.map((side) => resolveDimension(side, values));
  switch (node.operator) {
    case 'MatMul':
    case 'MatMulInteger':
      return 2 * result * input(0).at(-1)!;
    case 'MatMulIntegerToFloat':
      return result * (2 * input(0)[1]! + 1 + (node.inputs[6] ? 1 : 0)) + input(1)[1]!;
    case 'MatMulNBits':
      return result * (2 * input(0)[1]! + (node.inputs[5] ? 1 : 0)) + unpackingFlops(node, input(1));
    case 'Gemm':
      return 2 * result * input(0)[node.attributes.transA === 1 ? 0 : 1]! + (node.inputs[2] ? result : 0);
    case 'Conv': {
      const [, perGroup, ...kernel] = input(1);
      return result * (2 * product([perGroup!, ...kernel]) + (node.inputs[2] ? 1 : 0));
    }
    case 'MaxPool':
    case 'AveragePool':
      return result * product(node.attributes.kernel_shape as number[]);
    case 'MultiHeadAttention':
    case 'Attention':
      return attentionFlops(node, input(0), input(1), input(2));
    default:
      if (Object.hasOwn(perOutput, node.operator)) return perOutput[node.operator]! * result;
      if (Object.hasOwn(perInput, node.operator)) return perInput[node.operator]! * product(input(0));
      return 0;
  }
}

/** Logits and mixture are products; scale, softmax and bias touch every logit; q, k and v may get a bias. */
function attentionFlops(node: Node, q: number[], k: number[], v: number[]): number {
  const heads = (node.attributes.num_heads ?? node.attributes.q_num_heads) as number;
  const [batch, queries, width] = q as [number, number, number];
  const [, keys] = k as [number, number];
  const pairs = batch * queries * keys;
  const biased =
    node.operator === 'MultiHeadAttention' ? node.inputs[5] : node.inputs[3] || node.attributes.is_causal;
  const inputBias = node.operator === 'MultiHeadAttention' && node.inputs[3];
  return (
    2 * pairs * (width + v[2]!) +
    pairs * heads * (6 + (biased ? 1 : 0)) +
    (inputBias ? product(q) + product(k) + product(v) : 0)
  );
}

/** Every number is shifted and scaled; of two in one byte, both are taken apart before that. */
function unpackingFlops(node: Node, packed: readonly number[]): number {
  const bytes = product(packed);
  return node.attributes.bits === 4 ? bytes * (4 + 2 * 2) : bytes * 2;
}

function countOf(shape: Shape, values: SymbolValues): number {
  return product(shape.map((side) => resolveDimension(side, values)));
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total * size, 1);
}
