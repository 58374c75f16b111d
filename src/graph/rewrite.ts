/**
 * Replacing parts of a graph: the one way in which a finished graph becomes another one.
 */
import { sourcesOf } from './network.js';
import { withScope } from './scope.js';
import type { Graph, Source, Tensor } from './tensor.js';

/** New tensors for all outputs of a source, or undefined to keep it. `inputs` are already rewritten. */
export type Replacement = (
  source: Source,
  inputs: readonly (Tensor | null)[],
) => readonly Tensor[] | undefined;

/** A graph in which every source has been offered to `replace`; what it keeps is shared with the old graph. */
export function rewrite(network: Graph, replace: Replacement): Graph {
  const outputsOf = new Map<Source, readonly Tensor[]>();
  const rewritten = (tensor: Tensor): Tensor => outputsOf.get(tensor.source)?.[tensor.output] ?? tensor;
  for (const source of sourcesOf(network)) {
    const old = source.kind === 'node' ? source.inputs : [];
    const inputs = old.map((tensor) => tensor && rewritten(tensor));
    const scope = source.kind === 'node' ? source.scope : '';
    const replaced = scope === '' ? replace(source, inputs) : withScope(scope, () => replace(source, inputs));
    if (replaced !== undefined) outputsOf.set(source, replaced);
    else if (source.kind === 'node' && inputs.some((tensor, at) => tensor !== old[at])) {
      const copy = { ...source, inputs };
      outputsOf.set(
        source,
        source.outputs.map(({ dtype, shape }, output) => ({ dtype, shape, source: copy, output })),
      );
    }
  }
  const outputs = Object.entries(network.outputs).map(([name, tensor]) => [name, rewritten(tensor)] as const);
  return { ...network, outputs: Object.fromEntries(outputs) };
}
