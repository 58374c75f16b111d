/** Which nodes of a graph are dense layers: products with a weight of the checkpoint, as `linear` builds them. */
import type { Node, Source, Tensor, Weight } from '../graph/index.js';

export interface DenseLayer {
  /** `[rows, inputs]` */
  readonly x: Tensor;
  /** float32 `[outputs, inputs]` */
  readonly weight: Tensor & { readonly source: Weight };
  /** `[outputs]` */
  readonly bias: Tensor | null;
  readonly inputs: number;
  readonly outputs: number;
}

/** @param inputs those of the node, which may be rewritten already */
export function denseLayerOf(source: Source, inputs: readonly (Tensor | null)[]): DenseLayer | undefined {
  if (source.kind !== 'node' || source.operator !== 'Gemm' || !isPlain(source)) return undefined;
  const [x, weight, bias = null] = inputs;
  if (x == null || weight?.source.kind !== 'weight' || weight.dtype !== 'float32') return undefined;
  const [outputs, width] = weight.shape as [number, number];
  if (bias !== null && bias.shape.length !== 1) return undefined;
  return { x, weight: { ...weight, source: weight.source }, bias, inputs: width, outputs };
}

function isPlain({ attributes }: Node): boolean {
  return attributes.transB === 1 && Object.keys(attributes).length === 1;
}
