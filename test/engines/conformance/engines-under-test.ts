/** The engines and devices that every operator and every golden model must hold on. */

export interface EngineUnderTest {
  readonly engine: string;
  readonly device: string;
}

export const enginesUnderTest: readonly EngineUnderTest[] = [
  { engine: 'onnxruntime', device: 'cpu' },
  { engine: 'tfjs', device: 'cpu' },
  { engine: 'tfjs', device: 'wasm' },
];
