/** Every operator on ONNX Runtime against NumPy and PyTorch; `fixtures/graph/make_operators.py` made the values. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { arrayOf, openEngine, type TensorData } from '../../src/engines/index.js';
import * as graphs from '../../src/graph/index.js';
import {
  type DataType,
  decompose,
  flopsOf,
  graph,
  input,
  nodesOf,
  type Tensor,
} from '../../src/graph/index.js';

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
}

const cases: Case[] = JSON.parse(
  readFileSync(new URL('../fixtures/graph/operators.json', import.meta.url), 'utf8'),
);
const engine = await openEngine('onnxruntime');
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
  network: graphs.Graph,
  feeds: Record<string, TensorData>,
  { expected, tolerance }: Case,
) {
  const session = await engine.createSession(network, { threads: 1 });
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

it.each(cases)('$operator $name', async (one) => {
  const inputs = new Map<Tensor, TensorData>();
  const args = asArguments(one.args, inputs) as unknown[];
  const outputs = named<Tensor>(operators[one.operator]!(...args), isTensor);
  const network = graph(one.operator, [...inputs.keys()], outputs);
  const feeds = Object.fromEntries([...inputs.values()].map((value, at) => [`input${at}`, value]));
  await check(network, feeds, one);
  const standard = decompose(network);
  if (nodesOf(standard).every((node, at) => node === nodesOf(network)[at])) return;
  await check(standard, feeds, one);
  expect(flopsOf(standard, {}).total).toBe(flopsOf(network, {}).total);
});

it('covers every operator that the graph can make', () => {
  const covered = new Set(cases.map(({ operator }) => operator));
  const notOperators =
    /^(input|weight|constant|scalar|integers|floats|dimensionSize|onnxDataType|graph|rewrite)$/;
  const others =
    /^(symbol|BATCH|same|multiplyD|addD|divideD|element|resolve|format|sourcesOf|nodesOf|weightsOf|parameterC|flopsOf|decompose|toOnnx|realPlace|withScope|currentScope|sizes)/;
  const missing = Object.keys(operators).filter(
    (name) => !covered.has(name) && !notOperators.test(name) && !others.test(name),
  );
  expect(missing).toEqual([]);
});
