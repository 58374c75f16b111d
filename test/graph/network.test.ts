import { describe, expect, it } from 'vitest';
import {
  add,
  BATCH,
  concat,
  decompose,
  exp,
  flopsOf,
  gelu,
  graph,
  input,
  linear,
  matMul,
  multiHeadAttention,
  nodesOf,
  parameterCount,
  type Tensor,
  weight,
  weightsOf,
  withScope,
} from '../../src/graph/index.js';
import { fakeStore } from '../fixtures/graph/fake-store.js';

const x = input('x', 'float32', [BATCH, 4, 8]);
const store = fakeStore();

describe('a graph', () => {
  it('lists every node once, after those that it needs', () => {
    const shared = exp(x);
    const network = graph('shared', [x], { y: add(shared, exp(shared)), z: shared });
    expect(nodesOf(network).map(({ operator }) => operator)).toEqual(['Exp', 'Exp', 'Add']);
  });

  it('may be deeper than the call stack', () => {
    let deep: Tensor = x;
    for (let layer = 0; layer < 20_000; layer++) deep = exp(deep);
    expect(nodesOf(graph('deep', [x], { deep }))).toHaveLength(20_000);
  });

  it('needs every input to be declared', () => {
    expect(() => graph('open', [], { y: exp(x) })).toThrow('needs the input x');
  });

  it('refuses two inputs of one name', () => {
    expect(() => graph('twice', [x, input('x', 'float32', [1])], { y: exp(x) })).toThrow('two inputs');
  });
});

describe('counting', () => {
  const w = weight(store, 'w', 'float32', [16, 8]);

  it('takes a shared weight once, whichever tensor stands for it', () => {
    const again = weight(store, 'w', 'float32', [16, 8]);
    const b = weight(store, 'b', 'float32', [16]);
    const network = graph('two', [x], { y: linear(x, w, b), z: linear(x, again, b) });
    expect(weightsOf(network).map(({ source }) => source.name)).toEqual(['w', 'b']);
    expect(parameterCount(network)).toBe(16 * 8 + 16);
  });

  it('charges 2·m·n·k for a product and tells the scopes apart', () => {
    const y = withScope('first', () => linear(x, w, null));
    const z = withScope('second', () => matMul(y, input('v', 'float32', [16, 2])));
    const network = graph('products', [x, z.source.kind === 'node' ? z.source.inputs[1]! : x], { z });
    const { total, byScope } = flopsOf(network, { batch: 3 });
    expect(byScope.get('first')).toBe(2 * 3 * 4 * 16 * 8);
    expect(byScope.get('second')).toBe(2 * 3 * 4 * 2 * 16);
    expect(total).toBe(byScope.get('first')! + byScope.get('second')!);
  });

  it('refuses to count without the size of a symbol', () => {
    expect(() => flopsOf(graph('open', [x], { y: exp(x) }), {})).toThrow('batch');
  });
});

describe('decomposing', () => {
  const network = graph('fused', [x], {
    y: withScope('block 0', () => gelu(multiHeadAttention(x, x, x, { numHeads: 2 }))),
  });

  it('leaves no operator that only ONNX Runtime has', () => {
    expect(nodesOf(decompose(network)).filter(({ domain }) => domain !== '')).toEqual([]);
  });

  it('keeps the scope, the shapes and the first graph', () => {
    const before = nodesOf(network).length;
    const standard = decompose(network);
    expect(new Set(nodesOf(standard).map(({ scope }) => scope))).toEqual(new Set(['block 0']));
    expect(standard.outputs.y!.shape).toEqual(network.outputs.y!.shape);
    expect(nodesOf(network)).toHaveLength(before);
  });

  it('returns shared nodes untouched when there is nothing to do', () => {
    const plain = graph('plain', [x], { y: concat([exp(x), x], { axis: 1 }) });
    expect(decompose(plain).outputs.y).toBe(plain.outputs.y);
  });
});
