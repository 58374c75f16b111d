/**
 * A finished network: named inputs and outputs, and the nodes between them in the order in which they can run.
 */
import { TurboError } from '../errors/turbo-error.js';
import type { Graph, Node, Source, Tensor } from './tensor.js';

/** A graph whose outputs reach no other inputs than the given ones. */
export function graph(
  name: string,
  inputs: readonly Tensor[],
  outputs: Readonly<Record<string, Tensor>>,
): Graph {
  const result = { name, inputs, outputs };
  sourcesOf(result);
  return result;
}

/**
 * Every source that the outputs reach, once, each after all that it needs.
 * Depth first in the order of outputs and inputs, so the same graph always gives the same order.
 */
export function sourcesOf(network: Graph): Source[] {
  const declared = new Set(network.inputs.map(({ source }) => source));
  const names = network.inputs.map(({ source }) => (source.kind === 'input' ? source.name : ''));
  if (new Set(names).size !== names.length)
    throw new TurboError(`graph ${network.name} has two inputs of one name`, { value: names });
  const order: Source[] = [];
  const done = new Set<Source>();
  for (const output of Object.values(network.outputs)) visit(output.source, done, order);
  for (const source of order)
    if (source.kind === 'input' && !declared.has(source))
      throw new TurboError(
        `graph ${network.name} needs the input ${source.name}, which it does not declare`,
        {
          value: names,
        },
      );
  return order;
}

/** Every node, in running order. */
export function nodesOf(network: Graph): Node[] {
  return sourcesOf(network).filter((source) => source.kind === 'node');
}

function visit(root: Source, done: Set<Source>, order: Source[]): void {
  const stack: { source: Source; next: number }[] = [{ source: root, next: 0 }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const inputs = top.source.kind === 'node' ? top.source.inputs : [];
    const pending = done.has(top.source) ? undefined : nextPending(inputs, top, done);
    if (pending !== undefined) {
      stack.push({ source: pending, next: 0 });
      continue;
    }
    stack.pop();
    if (!done.has(top.source)) {
      done.add(top.source);
      order.push(top.source);
    }
  }
}

function nextPending(
  inputs: readonly (Tensor | null)[],
  position: { next: number },
  done: ReadonlySet<Source>,
): Source | undefined {
  while (position.next < inputs.length) {
    const source = inputs[position.next++]?.source;
    if (source !== undefined && !done.has(source)) return source;
  }
  return undefined;
}
