/**
 * Which folder a session may read weights from in place.
 *
 * ONNX Runtime takes the model from memory and looks for external data in one folder that it is told, so nothing is
 * written beside a checkpoint and a read-only folder is as good as any.
 */
import { type Graph, realPlace, weightsOf } from '../../graph/index.js';

/** The real folder that holds the most weight bytes; undefined when no weight lies in a file. */
export function externalDataFolder(graph: Graph): string | undefined {
  const bytesIn = new Map<string, number>();
  for (const { source } of weightsOf(graph)) {
    const location = source.store.locate(source.name);
    if (location === undefined) continue;
    const { folder } = realPlace(location);
    bytesIn.set(folder, (bytesIn.get(folder) ?? 0) + location.byteLength);
  }
  const [best] = [...bytesIn].sort(([, a], [, b]) => b - a);
  return best?.[0];
}
