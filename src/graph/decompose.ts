/**
 * Rewrites operators that only some engines have into standard ones of ONNX opset 21.
 *
 * Source of the formulas: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md; ONNX `Attention`-23.
 */
import { sigmoid, tanh } from './operators/activation.js';
import { add, mul, sub } from './operators/arithmetic.js';
import { cast, erf, floor, where } from './operators/elementwise.js';
import { slice } from './operators/indexing.js';
import { concat, split } from './operators/joining.js';
import { gemm, matMul } from './operators/matrix.js';
import { layerNormalization, softmax } from './operators/normalization.js';
import { matMulInteger } from './operators/quantised-matrix.js';
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
  MatMulIntegerToFloat: (_, [a, b, aScale, bScale, aZero, bZero, bias]) => [
    plus(mul(cast(matMulInteger(a!, b!, aZero!, bZero!), 'float32'), mul(aScale!, bScale!)), bias),
  ],
  MatMulNBits: (node, [x, packed, scales, , , bias]) => [
    gemm(x!, unpacked(node, packed!, scales!), bias ?? null, { transB: true }),
  ],
};

/**
 * The same network without operators of `com.microsoft` and without `Attention`.
 *
 * @param only operators that are rewritten; by default all of them
 */
export function decompose(network: Graph, only?: readonly string[]): Graph {
  return rewrite(network, (source, inputs) => {
    if (source.kind !== 'node' || only?.includes(source.operator) === false) return undefined;
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

/** The matrix `[N, K]` that a node of `MatMulNBits` multiplies by. */
function unpacked(node: Node, packed: Tensor, scales: Tensor): Tensor {
  const { K, N, bits } = node.attributes as Record<string, number>;
  const bytes = cast(packed, 'float32');
  const [, blocks] = bytes.shape as number[];
  const numbers = bits === 8 ? bytes : halvesOf(bytes);
  const shifted = sub(numbers, 2 ** (bits! - 1));
  const scaled = mul(shifted, reshape(scales, [N!, blocks!, 1]));
  const width = blocks! * (scaled.shape[2] as number);
  const rows = reshape(scaled, [N!, width]);
  return width === K ? rows : slice(rows, { axes: [1], starts: [0], ends: [K!] });
}

/** Two numbers of 4 bits for each byte, the lower half first; `[N, blocks, bytes]` → `[N, blocks, 2 · bytes]`. */
function halvesOf(bytes: Tensor): Tensor {
  const [rows, blocks, count] = bytes.shape as number[];
  const high = floor(mul(bytes, 1 / 16));
  const low = sub(bytes, mul(high, 16));
  const apart = [low, high].map((half) => reshape(half, [rows!, blocks!, count!, 1]));
  return reshape(concat(apart, { axis: 3 }), [rows!, blocks!, 2 * count!]);
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
