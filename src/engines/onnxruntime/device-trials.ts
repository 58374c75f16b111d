/**
 * Small things run on a device before it is relied on: whether it opens, and whether its fused attention computes what it should.
 *
 * ONNX Runtime 1.30 computes fused attention on WebGPU by one of several shaders. That for devices with subgroups takes it for granted that one has at least 16
 * lanes; where it has 4 (SwiftShader), results are wrong without a word (seen with 64 tokens and more).
 */
import { type Graph, graph, input, mul, multiHeadAttention } from '../../graph/index.js';
import type { Session, SessionOptions } from '../engine.js';
import { spreadValues } from '../spread-values.js';
import { tensorData } from '../tensor-data.js';
import { acceleratorsByPreference } from './devices.js';

/** Opens a session as it is told, on the device that the options name. */
export type OpenSession = (graph: Graph, options: SessionOptions) => Promise<Session>;

/** Operators that are taken apart where the device has them wrong. */
export const ATTENTION_OPERATORS: readonly string[] = ['MultiHeadAttention', 'Attention'];

/** The first accelerator on which something runs, or `cpu`. */
export async function firstThatOpens(open: OpenSession): Promise<string> {
  for (const device of acceleratorsByPreference)
    try {
      await tryDevice(open, { device, threads: 1 });
      return device;
    } catch {
      // Why it does not is told when it is asked for by its name.
    }
  return 'cpu';
}

/** @throws TurboError when nothing can be run on the device */
export async function tryDevice(open: OpenSession, options: SessionOptions): Promise<void> {
  const x = input('x', 'float32', [4]);
  const session = await open(graph('trial', [x], { y: mul(x, x) }), withoutPrecision(options));
  try {
    await session.run({ x: tensorData(Float32Array.of(1, 2, 3, 4), [4]) });
  } finally {
    await session.release();
  }
}

const known = new Map<string, Promise<boolean>>();

/** Looked at once in a process; the CPU is what others are held against. */
export function attentionIsRight(open: OpenSession, options: SessionOptions): Promise<boolean> {
  const { device = 'cpu', deviceId, providerOptions } = options;
  if (device === 'cpu') return Promise.resolve(true);
  const key = JSON.stringify([device, deviceId, providerOptions]);
  const found = known.get(key) ?? attendsAsCpu(open, options);
  known.set(key, found);
  found.catch(() => known.delete(key));
  return found;
}

/** Small heads, and those of a ViT-B/16; neither number of tokens is a multiple of anything that a shader may count on. */
const SHAPES = [
  { tokens: 67, numHeads: 2, width: 32 },
  { tokens: 197, numHeads: 1, width: 64 },
];
/** Weighted means of values up to 1: float16 in between would still be within it. */
const TOLERANCE = 5e-3;

async function attendsAsCpu(open: OpenSession, options: SessionOptions): Promise<boolean> {
  for (const { tokens, numHeads, width } of SHAPES) {
    const x = input('x', 'float32', [1, tokens, width]);
    const attention = graph('attention', [x], { y: multiHeadAttention(x, x, x, { numHeads }) });
    const values = spreadValues(tokens * width);
    const results: ArrayLike<number | bigint>[] = [];
    for (const device of ['cpu', options.device]) {
      const { deviceId, providerOptions, ...rest } = withoutPrecision(options);
      const own = device === 'cpu' ? {} : { deviceId, providerOptions };
      const session = await open(attention, { ...rest, ...own, ...(device === undefined ? {} : { device }) });
      try {
        results.push((await session.run({ x: tensorData(values, [1, tokens, width]) })).y!.data);
      } finally {
        await session.release();
      }
    }
    const [right, seen] = results;
    for (let at = 0; at < right!.length; at++)
      if (!(Math.abs(Number(right![at]) - Number(seen![at])) <= TOLERANCE)) return false;
  }
  return true;
}

/** What is tried is in float32, with nothing of the experiment but where it runs. */
function withoutPrecision({ threads, device, deviceId, providerOptions }: SessionOptions): SessionOptions {
  return { threads, deviceId, providerOptions, ...(device === undefined ? {} : { device }) };
}
