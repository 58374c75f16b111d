/**
 * What a kernel threw, as an error that names the operator and the part of the network.
 */
import { messageOf, TurboError } from '../../errors/turbo-error.js';
import type { Graph, Source } from '../../graph/index.js';

/** @param doing what was asked for: `load` or `run` */
export function tfjsError(graph: Graph, doing: 'load' | 'run', source: Source, thrown: unknown): TurboError {
  const operator = source.kind === 'node' ? ` at ${source.operator}` : '';
  const scope =
    source.kind === 'node' && source.scope !== '' ? { where: `graph, scope ${source.scope}` } : {};
  const what = thrown instanceof TurboError ? thrown.what : messageOf(thrown);
  const parts = thrown instanceof TurboError ? thrown.parts : {};
  return new TurboError(`tfjs could not ${doing} graph ${graph.name}${operator}: ${what}`, {
    ...parts,
    ...scope,
    cause: thrown,
  });
}
