/** Runs a graph once, on ONNX Runtime unless told otherwise. */
import type { TensorData } from '../src/engines/engine.js';
import { graph } from '../src/graph/index.js';
import type { Tensor } from '../src/graph/tensor.js';
import { type EngineUnderTest, openOnDevice } from './engines/engines-under-test.js';

/** Outputs of a graph made of `inputs` and `outputs`, for the given feeds. */
export async function runGraph(
  inputs: readonly Tensor[],
  outputs: Readonly<Record<string, Tensor>>,
  feeds: Readonly<Record<string, TensorData>>,
  threads = 1,
  under: EngineUnderTest = { engine: 'onnxruntime', device: 'cpu' },
): Promise<Record<string, TensorData>> {
  const engine = await openOnDevice(under);
  const session = await engine.createSession(graph('test', inputs, outputs), { threads });
  try {
    return await session.run(feeds);
  } finally {
    await session.release();
  }
}

/** Largest absolute difference; infinite where lengths differ or a value is not a number. */
export function largestDifference(a: ArrayLike<number | bigint>, b: ArrayLike<number | bigint>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let index = 0; index < a.length; index++) {
    const [x, y] = [Number(a[index]), Number(b[index])];
    const difference = x === y ? 0 : Math.abs(x - y);
    largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(largest, difference);
  }
  return largest;
}
