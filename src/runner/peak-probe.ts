/**
 * The peak of this machine: how many floating-point operations a second the engine reaches where nothing but multiplying counts.
 *
 * Square matrices of several sizes are multiplied twice in a row, as the linear layers of a network are; the fastest size is the peak. It is a
 * measured roof in the sense of the roofline model (Williams et al., CACM 2009), not the one on the data sheet.
 */
import {
  type Engine,
  type Session,
  type SessionOptions,
  spreadValues,
  tensorData,
} from '../engines/index.js';
import { constant, gemm, graph, input, reduceMax } from '../graph/index.js';
import type { Graph } from '../graph/tensor.js';
import type { Now } from '../measure/clock.js';

export interface MachinePeak {
  readonly gflopsPerSecond: number;
  /** Side of the matrices that were multiplied fastest. */
  readonly size: number;
  /** Where the engine really ran. */
  readonly device: string;
  readonly threads: number;
}

const SIZES = [256, 512, 1024, 2048, 4096];
const PRODUCTS = 2;
/** Each size runs so long, and as often as this at least. */
const SECONDS_PER_SIZE = 0.25;
const RUNS_PER_SIZE = 3;
/** A size of which one run would take longer than this is not tried. */
const LONGEST_RUN_SECONDS = 0.5;

/** Takes one to two seconds. @throws TurboError when the engine fails */
export async function measurePeak(engine: Engine, options: SessionOptions, now: Now): Promise<MachinePeak> {
  let best: MachinePeak | undefined;
  for (const size of SIZES) {
    const flops = 2 * PRODUCTS * size ** 3;
    if (best !== undefined && flops / (1e9 * best.gflopsPerSecond) > LONGEST_RUN_SECONDS) break;
    const values = matrix(size);
    const session = await engine.createSession(productGraph(size, values), options);
    try {
      const gflopsPerSecond = flops / 1e9 / (await fastestSeconds(session, size, values, now));
      if (best === undefined || gflopsPerSecond > best.gflopsPerSecond)
        best = { gflopsPerSecond, size, device: session.device, threads: options.threads };
    } finally {
      await session.release();
    }
  }
  return best!;
}

async function fastestSeconds(
  session: Session,
  size: number,
  values: Float32Array,
  now: Now,
): Promise<number> {
  const x = tensorData(values, [size, size]);
  await session.run({ x });
  let fastestMs = Number.POSITIVE_INFINITY;
  const begun = now();
  for (let run = 0; run < RUNS_PER_SIZE || now() - begun < 1000 * SECONDS_PER_SIZE; run++) {
    const start = now();
    await session.run({ x });
    fastestMs = Math.min(fastestMs, now() - start);
  }
  return fastestMs / 1000;
}

/** `x · wᵀ · wᵀ`, of which one number per row is handed back, so that copying a result takes no time. */
function productGraph(size: number, values: Float32Array): Graph {
  const x = input('x', 'float32', [size, size]);
  const w = constant(values, [size, size]);
  let product = x;
  for (let at = 0; at < PRODUCTS; at++) product = gemm(product, w, null, { transB: true });
  return graph('peak', [x], { y: reduceMax(product, { axes: [1], keepdims: false }) });
}

/** Numbers of both signs whose products stay of the same size. */
function matrix(size: number): Float32Array {
  return spreadValues(size * size, 1 / Math.sqrt(size));
}
