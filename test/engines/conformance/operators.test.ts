/**
 * Every operator on every engine against NumPy, PyTorch and the reference implementation of ONNX; `fixtures/graph/make_operators.py`
 * and `make_edge_cases.py` and `make_quantised.py` in `fixtures/conformance` made the values.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { arrayOf, openEngine, type TensorData } from '../../../src/engines/index.js';
import * as graphs from '../../../src/graph/index.js';
import {
  type DataType,
  decompose,
  flopsOf,
  graph,
  input,
  nodesOf,
  type Tensor,
} from '../../../src/graph/index.js';
import { type EngineUnderTest, enginesUnderTest } from '../engines-under-test.js';

interface Stored {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}
interface Case {
  readonly operator: string;
  readonly name: string;
  readonly args: readonly unknown[];
  readonly expected: unknown;
  readonly tolerance: number;
  /** Engines that do otherwise, and what they do. */
  readonly unlike?: Readonly<Record<string, string>>;
}

const casesOf = (file: string): Case[] =>
  JSON.parse(readFileSync(new URL(`../../fixtures/${file}`, import.meta.url), 'utf8'));
const cases = [
  ...casesOf('graph/operators.json'),
  ...casesOf('conformance/edge-cases.json'),
  ...casesOf('conformance/quantised.json'),
];
const operators = graphs as unknown as Record<string, (...args: unknown[]) => unknown>;

function isStored(value: unknown): value is Stored {
  return typeof value === 'object' && value !== null && 'dtype' in value && 'data' in value;
}

function load({ dtype, shape, data }: Stored): TensorData {
  const convert = (value: number | string) => (dtype === 'int64' ? BigInt(value) : Number(value));
  const array = arrayOf[dtype] as unknown as { from(values: unknown[]): TensorData['data'] };
  return { dtype, shape, data: array.from(data.map(convert)) };
}

/** Tensors of the arguments become graph inputs; all else stays as it is. */
function asArguments(value: unknown, inputs: Map<Tensor, TensorData>): unknown {
  if (value === '-inf') return Number.NEGATIVE_INFINITY;
  if (isStored(value)) {
    const tensor = input(`input${inputs.size}`, value.dtype, value.shape);
    inputs.set(tensor, load(value));
    return tensor;
  }
  if (Array.isArray(value)) return value.map((item) => asArguments(item, inputs));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asArguments(item, inputs)]));
}

function named<Value>(value: unknown, is: (value: unknown) => boolean): Record<string, Value> {
  if (is(value)) return { result: value as Value };
  return Object.fromEntries(Object.entries(value as object).map(([key, item]) => [`result.${key}`, item]));
}

const isTensor = (value: unknown) => typeof value === 'object' && value !== null && 'source' in value;

async function check(
  { engine: name, device }: EngineUnderTest,
  network: graphs.Graph,
  feeds: Record<string, TensorData>,
  { expected, tolerance }: Case,
) {
  const engine = await openEngine(name);
  const session = await engine.createSession(network, { threads: 1, device });
  const results = await session.run(feeds);
  await session.release();
  for (const [name, wanted] of Object.entries(named<Stored>(expected, isStored))) {
    const value = results[name]!;
    const { dtype, shape, data } = load(wanted);
    expect(value.dtype).toBe(dtype);
    expect(value.shape).toEqual(shape);
    expect(network.outputs[name]!.shape).toEqual(shape);
    if (dtype !== 'float32') expect(value.data).toEqual(data);
    else data.forEach((element, at) => void close(Number(value.data[at]), Number(element), tolerance));
  }
}

function close(actual: number, wanted: number, tolerance: number) {
  if (Math.abs(actual - wanted) > tolerance * Math.max(1, Math.abs(wanted)) || Number.isNaN(actual))
    expect(actual).toBe(wanted);
}

/** The graph of a case and what it is fed. */
function built({ operator, args: given }: Case): {
  network: graphs.Graph;
  feeds: Record<string, TensorData>;
} {
  const inputs = new Map<Tensor, TensorData>();
  const args = asArguments(given, inputs) as unknown[];
  const outputs = named<Tensor>(operators[operator]!(...args), isTensor);
  const feeds = Object.fromEntries([...inputs.values()].map((value, at) => [`input${at}`, value]));
  return { network: graph(operator, [...inputs.keys()], outputs), feeds };
}

describe.each(enginesUnderTest)('$engine on $device', (under) => {
  it.each(cases.filter(({ unlike }) => unlike?.[under.engine] === undefined))(
    '$operator $name',
    async (one) => {
      const { network, feeds } = built(one);
      const outcome = check(under, network, feeds, one);
      if (under.engine === 'tfjs' && needsInt64(one)) await expect(outcome).rejects.toThrow('has no int64');
      else await outcome;
    },
  );
});

/** Whether a whole number needs more than 32 bits, which an engine without int64 has to refuse. */
function needsInt64(value: unknown): boolean {
  if (isStored(value) && value.dtype === 'float32') return false;
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) > 2 ** 31;
  return typeof value === 'object' && value !== null && Object.values(value).some(needsInt64);
}

describe('taken apart', () => {
  const [onnxruntime] = enginesUnderTest;
  const isStandard = ({ network }: ReturnType<typeof built>) =>
    nodesOf(decompose(network)).every((node, at) => node === nodesOf(network)[at]);

  it.each(cases.filter((one) => !isStandard(built(one))))('$operator $name is the same', async (one) => {
    const { network, feeds } = built(one);
    const standard = decompose(network);
    await check(onnxruntime!, standard, feeds, one);
    expect(flopsOf(standard, {}).total).toBe(flopsOf(network, {}).total);
  });
});

it('covers every operator that the graph can make', () => {
  const covered = new Set(cases.map(({ operator }) => operator));
  const notOperators =
    /^(input|weight|constant|scalar|integers|floats|dimensionSize|onnxDataType|graph|rewrite)$/;
  const others =
    /^(symbol|BATCH|same|multiplyD|addD|divideD|element|resolve|format|sourcesOf|nodesOf|weightsOf|weightBytes|parameterC|flopsOf|decompose|toOnnx|realPlace|withScope|currentScope|sizes)/;
  const missing = Object.keys(operators).filter(
    (name) => !covered.has(name) && !notOperators.test(name) && !others.test(name),
  );
  expect(missing).toEqual([]);
});
