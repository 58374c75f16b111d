/** Values come from NumPy: fixtures/precision/make.py. */
import { describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engines/index.js';
import { onnxruntimeEngine } from '../../src/engines/onnxruntime/onnxruntime-engine.js';
import {
  decompose,
  flopsOf,
  type Graph,
  nodesOf,
  parameterCount,
  weightBytes,
  weightsOf,
} from '../../src/graph/index.js';
import { quantiseBlocks } from '../../src/precision/block-quantisation.js';
import { quantiseChannels } from '../../src/precision/channel-quantisation.js';
import { inPrecision, type Precision, precisionNames } from '../../src/precision/precision.js';
import { collectRanges, withRanges } from '../../src/precision/ranges.js';
import { largestDifference } from '../run-graph.js';
import { expected, feeds, smallNetwork, valuesOf } from './small-network.js';

const ranges = new Map(Object.entries(expected.ranges));
/** Sums in another order; an 8-bit number of the inner tensor may round to its neighbour, and float16 rounds every partial sum. */
const tolerances: Partial<Record<Precision, number>> = { float16: 2e-2 };

async function run(network: Graph): Promise<Record<string, { data: ArrayLike<number | bigint> }>> {
  const session = await onnxruntimeEngine().createSession(network, { threads: 1 });
  try {
    return await session.run(feeds);
  } finally {
    await session.release();
  }
}
const operatorsOf = (network: Graph) => nodesOf(network).map(({ operator }) => operator);
const timesOf = (network: Graph, name: string) =>
  operatorsOf(network).filter((operator) => operator === name).length;

describe('a network', () => {
  it.each(precisionNames)('computes what NumPy does in %s', async (precision) => {
    const { y } = await run(inPrecision(smallNetwork(), precision, ranges));
    expect(largestDifference(y!.data, expected.outputs[precision].data)).toBeLessThan(
      tolerances[precision] ?? 1e-4,
    );
  });

  it.each(precisionNames.filter((name) => !/^float/.test(name)))(
    'gives the same in %s when its operators are taken apart',
    async (precision) => {
      const network = inPrecision(smallNetwork(), precision, ranges);
      const standard = decompose(network);
      expect(nodesOf(standard).every(({ domain }) => domain === '')).toBe(true);
      expect(flopsOf(standard, { batch: 1 }).total).toBe(flopsOf(network, { batch: 1 }).total);
      const { y } = await run(standard);
      expect(largestDifference(y!.data, expected.outputs[precision].data)).toBeLessThan(1e-4);
    },
  );

  it('computes on TensorFlow.js with bfloat16 weights what NumPy does', async () => {
    const engine = await openEngine('tfjs');
    const session = await engine.createSession(smallNetwork(), { threads: 1, precision: 'bfloat16-weights' });
    const { y } = await session.run(feeds);
    await session.release();
    expect(largestDifference(y!.data, expected.outputs['bfloat16-weights'].data)).toBeLessThan(1e-4);
  });

  it('is left as it is in float32', () => {
    const network = smallNetwork();
    expect(inPrecision(network, 'float32')).toBe(network);
  });

  it('quantises a tensor once for all layers that read it', () => {
    const network = inPrecision(smallNetwork(), 'int8-dynamic');
    expect(timesOf(network, 'DynamicQuantizeLinear')).toBe(2);
    expect(timesOf(network, 'MatMulIntegerToFloat')).toBe(3);
    expect(timesOf(network, 'Gemm')).toBe(0);
  });

  it('finds ranges as it runs for layers of int8-static without one', () => {
    const some = new Map([...ranges].filter(([name]) => name !== 'y.weight'));
    const network = inPrecision(smallNetwork(), 'int8-static', some);
    expect(timesOf(network, 'QuantizeLinear')).toBe(1);
    expect(timesOf(network, 'DynamicQuantizeLinear')).toBe(1);
  });

  it('refuses int8-static without samples', () => {
    expect(() => inPrecision(smallNetwork(), 'int8-static')).toThrow(/needs the ranges[\s\S]*int8-dynamic/);
    expect(() => collectRanges().ranges()).toThrow('No samples');
  });

  it('keeps softmax, normalisation and inputs of float16 in float32', () => {
    const network = inPrecision(smallNetwork(), 'float16');
    expect(network.outputs.y!.dtype).toBe('float32');
    expect(network.inputs[0]!.dtype).toBe('float32');
    expect(new Set(weightsOf(network).map(({ dtype }) => dtype))).toEqual(new Set(['float16']));
  });
});

describe('weights', () => {
  it.each(['q.weight', 'k.weight'])('%s becomes the 8-bit numbers that NumPy makes of it', (name) => {
    const { values, scales } = quantiseChannels(valuesOf(name), [24, 40]);
    expect([...values]).toEqual(expected.channels[name]!.values.data);
    expect([...scales]).toEqual([...Float32Array.from(expected.channels[name]!.scales.data)]);
  });

  it.each([
    ['4', 'q.weight'],
    ['8', 'k.weight'],
  ] as const)('in blocks of %s bits are packed as NumPy packs them', (bits, name) => {
    const { packed, scales } = quantiseBlocks(valuesOf(name), [24, 40], Number(bits) as 4 | 8);
    expect([...packed]).toEqual(expected.blocks[bits].packed.data);
    expect([...scales]).toEqual([...Float32Array.from(expected.blocks[bits].scales.data)]);
  });

  it('are counted in the bytes in which the graph takes them', () => {
    // q and k: 24 × 40 and a bias of 24; y: 7 × 24
    const [numbers, biases, channels] = [2 * 24 * 40 + 7 * 24, 2 * 24, 2 * 24 + 7];
    const bytes = (precision: Precision) => weightBytes(inPrecision(smallNetwork(), precision, ranges));
    expect(parameterCount(smallNetwork())).toBe(numbers + biases);
    expect(bytes('float32')).toBe(4 * (numbers + biases));
    expect(bytes('float16')).toBe(2 * (numbers + biases));
    expect(bytes('bfloat16-weights')).toBe(2 * (numbers + biases));
    expect(bytes('int8-dynamic')).toBe(numbers + 4 * channels + 4 * biases);
    expect(bytes('int8-static')).toBe(bytes('int8-dynamic'));
    // rows of 40 take two blocks of 32, rows of 24 one
    const blocks = 2 * 24 * 2 + 7;
    expect(bytes('int8-weights')).toBe(blocks * 32 + 4 * blocks + 4 * biases);
    expect(bytes('int4-weights')).toBe(blocks * 16 + 4 * blocks + 4 * biases);
  });
});

describe('ranges', () => {
  it('are the least and the largest number that go into each layer, and hold 0', async () => {
    const found = collectRanges();
    found.add(await run(withRanges(smallNetwork())));
    found.add({ 'k.weight min': { data: [-50] }, 'k.weight max': { data: [-40] } });
    const all = found.ranges();
    expect([...all.keys()].sort()).toEqual(['k.weight', 'q.weight', 'y.weight']);
    expect(all.get('q.weight')).toEqual(expected.inputRange);
    expect(all.get('k.weight')).toEqual({ min: -50, max: expected.inputRange.max });
    expect(all.get('y.weight')!.max).toBeCloseTo(expected.ranges['y.weight']!.max, 4);
  });

  it('of what is not finite are refused, with the name of the layer', () => {
    const found = collectRanges();
    found.add({ 'a.weight min': { data: [0] }, 'a.weight max': { data: [Number.POSITIVE_INFINITY] } });
    expect(() => found.ranges()).toThrow(/not finite[\s\S]*a\.weight/);
  });
});
