/** The small network of fixtures/precision/make.py: two dense layers that read the same tensor, and one behind them. */
import { readFileSync } from 'node:fs';
import { add, type Graph, graph, input, linear, relu, symbol, weight } from '../../src/graph/index.js';
import type { Precision } from '../../src/precision/precision.js';
import type { Range } from '../../src/precision/ranges.js';
import { fakeStore } from '../fixtures/graph/fake-store.js';

interface Stored {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
interface Expected {
  readonly weights: Readonly<Record<string, Stored>>;
  readonly x: Stored;
  readonly ranges: Readonly<Record<string, Range>>;
  readonly inputRange: Range;
  readonly channels: Readonly<Record<string, { readonly values: Stored; readonly scales: Stored }>>;
  readonly blocks: Readonly<Record<'4' | '8', { readonly packed: Stored; readonly scales: Stored }>>;
  readonly outputs: Readonly<Record<Precision, Stored>>;
}

export const expected: Expected = JSON.parse(
  readFileSync(new URL('../fixtures/precision/expected.json', import.meta.url), 'utf8'),
);

export function valuesOf(name: string): Float32Array {
  return Float32Array.from(expected.weights[name]!.data);
}

export const feeds = {
  x: { dtype: 'float32' as const, shape: expected.x.shape, data: Float32Array.from(expected.x.data) },
};

export function smallNetwork(): Graph {
  const names = Object.keys(expected.weights);
  const store = fakeStore(Object.fromEntries(names.map((name) => [name, valuesOf(name)])));
  const take = (name: string) => weight(store, name, 'float32', expected.weights[name]!.shape);
  const x = input('x', 'float32', [symbol('batch'), 5, 40]);
  const q = linear(x, take('q.weight'), take('q.bias'));
  const k = linear(x, take('k.weight'), take('k.bias'));
  return graph('small', [x], { y: linear(add(relu(q), k), take('y.weight'), null) });
}
