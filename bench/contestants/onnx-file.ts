/** An exported graph as it is: `onnx-file.ts FILE SIDE BATCH THREADS`. */
import * as ort from 'onnxruntime-node';
import { benchPixels, serve } from './serve.js';

const [file, side, batch, threads] = process.argv.slice(2) as [string, string, string, string];
const session = await ort.InferenceSession.create(file, {
  intraOpNumThreads: Number(threads),
  interOpNumThreads: 1,
  graphOptimizationLevel: 'all',
  logSeverityLevel: 3,
});
const shape = [Number(batch), 3, Number(side), Number(side)];
const pixels = new ort.Tensor('float32', benchPixels(Number(batch), Number(side)), shape);
await serve(async () => (await session.run({ pixel_values: pixels })).logits!.data as Float32Array);
