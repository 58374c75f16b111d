/**
 * Rewrites operators that only some engines have into standard ones of ONNX opset 21.
 *
 * Source of the formulas: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md; ONNX `Attention`-23.
 */
import { sigmoid, tanh } from './operators/activation.js';
import { add, mul } from './operators/arithmetic.js';
import { erf, where } from './operators/elementwise.js';
import { split } from './operators/joining.js';
import { matMul } from './operators/matrix.js';
import { layerNormalization, softmax } from './operators/normalisation.js';
import { reshape, transpose } from './operators/shape.js';
import { rewrite } from './rewrite.js';
import type { Graph, Node, Tensor } from './tensor.js';
import { constant } from './tensor-sources.js';

type Inputs = readonly (Tensor | null)[];

/** What each operator amounts to: all of its outputs, in order. */
const decompositions: Readonly<Record<string, (node: Node, inputs: Inputs) => readonly Tensor[]>> = {
  Gelu: (_, [x]) => [mul(mul(x!, 0.5), add(erf(mul(x!, Math.SQRT1_2)), 1))],
  FastGelu: (_, [x]) => {
    const cubic = add(x!, mul(mul(mul(x!, x!), x!), 0.044715));
    return [mul(mul(x!, 0.5), add(tanh(mul(cubic, Math.sqrt(2 / Math.PI))), 1))];
  },
  QuickGelu: (node, [x]) => [mul(x!, sigmoid(mul(x!, floatOf(node, 'alpha') ?? 1.702)))],
  SkipLayerNormalization: (node, [x, skip, gamma, beta]) => {
    const sum = add(x!, skip!);
    const normalized = layerNormalization(sum, gamma!, beta ?? null, { epsilon: floatOf(node, 'epsilon')! });
    return [normalized, sum, sum, sum];
  },
  MultiHeadAttention: (node, [q, k, v, bias, , attentionBias]) => {
    const [qb, kb, vb] = bias
      ? split(
          bias,
          [q!, k!, v!].map(({ shape }) => shape[2] as number),
          { axis: 0 },
        )
      : [];
    const heads = node.attributes.num_heads as number;
    return [
      attend(plus(q!, qb), plus(k!, kb), plus(v!, vb), heads, floatOf(node, 'scale'), attentionBias ?? null),
    ];
  },
  Attention: (node, [q, k, v, mask]) => {
    const heads = node.attributes.q_num_heads as number;
    const causal = node.attributes.is_causal === 1 ? causalMask(q!, k!) : null;
    const masks = [asBias(mask ?? null), asBias(causal)].filter((part) => part !== null);
    const bias = masks.length === 2 ? add(masks[0]!, masks[1]!) : (masks[0] ?? null);
    return [attend(q!, k!, v!, heads, floatOf(node, 'scale'), bias)];
  },
};

/** The same network without operators of `com.microsoft` and without `Attention`. */
export function decompose(network: Graph): Graph {
  return rewrite(network, (source, inputs) => {
    if (source.kind !== 'node') return undefined;
    return decompositions[source.operator]?.(source, inputs);
  });
}

/** softmax(scale · q·kᵀ + bias) · v; q, k, v `[batch, N, C]`, bias broadcasts to `[batch, heads, queries, keys]`. */
function attend(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  heads: number,
  scale: number | undefined,
  bias: Tensor | null,
): Tensor {
  const width = (q.shape[2] as number) / heads;
  const queries = transpose(byHead(q, heads), [0, 2, 1, 3]);
  const keys = transpose(byHead(k, heads), [0, 2, 3, 1]);
  const values = transpose(byHead(v, heads), [0, 2, 1, 3]);
  const logits = plus(mul(matMul(queries, keys), scale ?? 1 / Math.sqrt(width)), bias);
  const mixed = matMul(softmax(logits, { axis: -1 }), values);
  return reshape(transpose(mixed, [0, 2, 1, 3]), [q.shape[0]!, q.shape[1]!, v.shape[2]!]);
}

/** `[batch, N, C]` → `[batch, N, heads, C / heads]` */
function byHead(x: Tensor, heads: number): Tensor {
  return reshape(x, [x.shape[0]!, x.shape[1]!, heads, (x.shape[2] as number) / heads]);
}

function causalMask(q: Tensor, k: Tensor): Tensor {
  const [rows, columns] = [q.shape[1] as number, k.shape[1] as number];
  const allowed = Uint8Array.from({ length: rows * columns }, (_, at) =>
    at % columns <= Math.floor(at / columns) ? 1 : 0,
  );
  return constant(allowed, [1, 1, rows, columns], 'bool');
}

/** A bool mask (true = attend) as a number to add; a float one as it is. */
function asBias(mask: Tensor | null): Tensor | null {
  if (mask?.dtype !== 'bool') return mask;
  const zero = constant(Float32Array.of(0), []);
  return where(mask, zero, Number.NEGATIVE_INFINITY);
}

function plus(x: Tensor, y: Tensor | null | undefined): Tensor {
  return y == null ? x : add(x, y);
}

function floatOf(node: Node, name: string): number | undefined {
  const attribute = node.attributes[name];
  return typeof attribute === 'object' && 'float' in attribute ? attribute.float : undefined;
}
