/**
 * A graph as TensorFlow.js takes it: fused operators taken apart, and weights turned around as its kernels want them.
 *
 * The turns are operators of the graph like any other, on constants, so a session does them once when it is made.
 */
import {
  decompose,
  type Graph,
  type Node,
  rewrite,
  type Tensor,
  transpose,
  type WeightStore,
} from '../../graph/index.js';

type Inputs = readonly (Tensor | null)[];

/** The same network with one tensor for each weight, no transposed right factor in `Gemm`, and filters as `[…, in, out]`. */
export function adaptGraph(network: Graph): Graph {
  const shared = sharedWeights();
  const turned = new Map<Tensor['source'], Tensor>();
  const turn = (x: Tensor, order: readonly number[]): Tensor => {
    const known = turned.get(x.source) ?? transpose(x, order);
    if (x.source.kind !== 'node') turned.set(x.source, known);
    return known;
  };
  return rewrite(decompose(network), (source, given) => {
    if (source.kind !== 'node') return undefined;
    const inputs = given.map((tensor) => tensor && shared(tensor));
    const [x, weight, ...rest] = inputs;
    if (source.operator === 'Gemm' && source.attributes.transB === 1) {
      const { transB: _, ...attributes } = source.attributes;
      return copyOf({ ...source, attributes }, [x!, turn(weight!, [1, 0]), ...rest]);
    }
    if (source.operator === 'Conv') {
      const spatial = weight!.shape.slice(2).map((_, axis) => axis + 2);
      return copyOf(source, [x!, turn(weight!, [...spatial, 1, 0]), ...rest]);
    }
    return inputs.some((tensor, at) => tensor !== given[at]) ? copyOf(source, inputs) : undefined;
  });
}

function copyOf(node: Node, inputs: Inputs): Tensor[] {
  const source = { ...node, inputs };
  return node.outputs.map(({ dtype, shape }, output) => ({ dtype, shape, source, output }));
}

/** The first tensor that was seen of the same weight. */
function sharedWeights(): (tensor: Tensor) => Tensor {
  const seen = new Map<WeightStore, Map<string, Tensor>>();
  return (tensor) => {
    if (tensor.source.kind !== 'weight') return tensor;
    const { store, name } = tensor.source;
    const ofStore = seen.get(store) ?? new Map<string, Tensor>();
    seen.set(store, ofStore);
    const first = ofStore.get(name) ?? tensor;
    ofStore.set(name, first);
    return first;
  };
}
