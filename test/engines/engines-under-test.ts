/**
 * The engines and devices that every operator and every golden model must hold on.
 *
 * Golden models run on ONNX Runtime and on TensorFlow.js in WebAssembly; with TURBO_BENCH_EVERY_ENGINE=1 also on its plain
 * JavaScript, and what is slow on both.
 */
import { type Engine, openEngine } from '../../src/engines/index.js';

export interface EngineUnderTest {
  readonly engine: string;
  readonly device: string;
}

const onnxruntime = { engine: 'onnxruntime', device: 'cpu' };
const wasm = { engine: 'tfjs', device: 'wasm' };
const plain = { engine: 'tfjs', device: 'cpu' };
/** Whether what does not depend on the engine is to run on each of them as well. */
export const asksForAll = process.env.TURBO_BENCH_EVERY_ENGINE === '1';

export const enginesUnderTest: readonly EngineUnderTest[] = [onnxruntime, plain, wasm];
export const goldenEngines: readonly EngineUnderTest[] = [onnxruntime, wasm, ...(asksForAll ? [plain] : [])];
/** For what takes ONNX Runtime many seconds. */
export const enginesOfSlowNetworks: readonly EngineUnderTest[] = [
  onnxruntime,
  ...(asksForAll ? [wasm, plain] : []),
];

/** The engine with this device for every session. */
export async function openOnDevice({ engine: name, device }: EngineUnderTest): Promise<Engine> {
  const engine = await openEngine(name);
  return {
    ...engine,
    createSession: (graph, options) => engine.createSession(graph, { ...options, device }),
  };
}
