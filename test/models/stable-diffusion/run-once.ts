/** Runs a finished graph once on ONNX Runtime. */
import { openEngine, type TensorData } from '../../../src/engines/index.js';
import type { Graph } from '../../../src/graph/index.js';

export async function runOnce(
  graph: Graph,
  feeds: Readonly<Record<string, TensorData>>,
): Promise<Record<string, TensorData>> {
  const engine = await openEngine('onnxruntime');
  const session = await engine.createSession(graph, { threads: 1 });
  try {
    return await session.run(feeds);
  } finally {
    await session.release();
  }
}
