/**
 * What is computed in which order, and which tensors can be freed after each step: planned once, followed in every run.
 */
import { type Graph, type Source, sourcesOf, type Tensor } from '../../graph/index.js';
import { kernels } from './kernels/registry.js';

export interface Step {
  readonly source: Source;
  /** Type and shape of a source that is not a node. */
  readonly tensor: Tensor;
  /** Tensors that nothing reads after this step. */
  readonly frees: readonly Tensor[];
}

/** Inputs that a kernel reads as tensors. */
export function tensorsReadBy(source: Source): readonly (Tensor | null)[] {
  if (source.kind !== 'node') return [];
  const plain = kernels[source.operator]?.plainInputs ?? [];
  return source.inputs.map((tensor, at) => (plain.includes(at) ? null : tensor));
}

/**
 * The steps that lead to `wanted`, each after all that it reads. What is `held` needs no step and is not freed.
 */
export function planRun(
  network: Graph,
  wanted: readonly Tensor[],
  held: ReadonlySet<Source> = new Set(),
): readonly Step[] {
  const needed = neededFor(wanted, held);
  const order = sourcesOf(network).filter((source) => needed.has(source));
  /** By source and output: the last step that reads it; infinite where it is wanted. */
  const lastRead = new Map<Source, number[]>();
  const note = ({ source, output }: Tensor, step: number): void => {
    const steps = lastRead.get(source) ?? [];
    steps[output] = step;
    lastRead.set(source, steps);
  };
  order.forEach((source, at) => {
    for (const tensor of tensorsReadBy(source)) if (tensor !== null) note(tensor, at);
  });
  for (const tensor of wanted) note(tensor, Number.POSITIVE_INFINITY);
  return order.map((source, at) => {
    const tensor = needed.get(source)!;
    const isDone = ({ source: from, output }: Tensor): boolean =>
      !held.has(from) && (lastRead.get(from)?.[output] ?? at) === at;
    const read = tensorsReadBy(source).filter((one): one is Tensor => one !== null);
    return { source, tensor, frees: eachOnce([...read, ...outputsOf(source, tensor)].filter(isDone)) };
  });
}

function eachOnce(tensors: readonly Tensor[]): Tensor[] {
  return tensors.filter(
    ({ source, output }, at) =>
      tensors.findIndex((other) => other.source === source && other.output === output) === at,
  );
}

function outputsOf(source: Source, tensor: Tensor): readonly Tensor[] {
  if (source.kind !== 'node') return [tensor];
  return source.outputs.map(({ dtype, shape }, output) => ({ dtype, shape, source, output }));
}

/** Every source that has to be computed, with a tensor that it gives. */
function neededFor(wanted: readonly Tensor[], held: ReadonlySet<Source>): Map<Source, Tensor> {
  const needed = new Map<Source, Tensor>();
  const waiting = [...wanted];
  for (let tensor = waiting.pop(); tensor !== undefined; tensor = waiting.pop()) {
    if (held.has(tensor.source) || needed.has(tensor.source)) continue;
    needed.set(tensor.source, tensor);
    for (const read of tensorsReadBy(tensor.source)) if (read !== null) waiting.push(read);
  }
  return needed;
}

/** Sources whose values are the same in every run: they depend on constants and weights alone. */
export function constantSources(network: Graph): Set<Source> {
  const constant = new Set<Source>();
  for (const source of sourcesOf(network)) {
    const isLeaf = source.kind === 'constant' || source.kind === 'weight';
    const isComputed =
      source.kind === 'node' &&
      tensorsReadBy(source).every((tensor) => tensor === null || constant.has(tensor.source)) &&
      source.outputs.every(({ shape }) => shape.every((side) => typeof side === 'number'));
    if (isLeaf || isComputed) constant.add(source);
  }
  return constant;
}
