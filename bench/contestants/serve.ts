/** The answering side of the protocol in `bench/contestant.ts`, for contestants that run in Node. */
import { createInterface } from 'node:readline';

/** Pixels that every contestant makes for itself: sin(i), [batch, 3, side, side]. */
export function benchPixels(batch: number, side: number): Float32Array {
  return Float32Array.from({ length: batch * 3 * side * side }, (_, i) => Math.sin(i));
}

/** @param run one forward pass that returns the logits of all images */
export async function serve(run: () => Promise<Float32Array>): Promise<void> {
  console.log('ready');
  for await (const line of createInterface({ input: process.stdin })) {
    const cpuStart = process.cpuUsage();
    const start = performance.now();
    const logits = await run();
    const wallMs = performance.now() - start;
    const { user, system } = process.cpuUsage(cpuStart);
    const answer =
      line === 'logits' ? [...logits.subarray(0, 1000)] : { wallMs, cpuMs: (user + system) / 1000 };
    console.log(JSON.stringify(answer));
  }
}
