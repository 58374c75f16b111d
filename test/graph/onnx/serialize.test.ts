import { describe, expect, it } from 'vitest';
import {
  add,
  attention,
  BATCH,
  dimensionSize,
  exp,
  expand,
  floats,
  type Graph,
  graph,
  input,
  layerNormalization,
  linear,
  multiHeadAttention,
  skipLayerNormalization,
  toOnnx,
  topK,
  weight,
  withScope,
} from '../../../src/graph/index.js';
import { ModelProto } from '../../../src/graph/onnx/onnx-schema.js';
import { fakeStore } from '../../fixtures/graph/fake-store.js';

const x = () => input('x', 'float32', [BATCH, 4, 8]);
const large = new Float32Array(64 * 8).map((_, at) => at / 8);
const small = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);

function network(): Graph {
  const tokens = x();
  const store = fakeStore({ large, small });
  const y = withScope('block 0', () => {
    const attended = multiHeadAttention(tokens, tokens, tokens, { numHeads: 2 });
    return layerNormalization(attended, weight(store, 'small', 'float32', [8]), null, { epsilon: 1e-5 });
  });
  return graph('net', [tokens], { y, z: linear(y, weight(store, 'large', 'float32', [64, 8]), null) });
}

// biome-ignore lint/suspicious/noExplicitAny: a decoded message has no type
function decoded(one: Graph): any {
  return ModelProto.toObject(ModelProto.decode(toOnnx(one).bytes), { longs: Number });
}

describe('an ONNX model', () => {
  it('has the same bytes whenever the same graph is built', () => {
    expect(toOnnx(network()).bytes).toEqual(toOnnx(network()).bytes);
  });

  it('keeps small weights inside and hands large ones over', () => {
    const { externalBuffers } = toOnnx(network());
    expect(externalBuffers.map(({ path, data }) => [path, data.byteLength])).toEqual([
      ['weight:large', 2048],
    ]);
    const [inside] = decoded(network()).graph.initializer.filter(
      (one: { name: string }) => one.name === 'small',
    );
    expect(new Float32Array(new Uint8Array(inside.raw_data).buffer)).toEqual(small);
  });

  it('writes a shared node once and names nodes by scope', () => {
    const names = decoded(network()).graph.node.map((node: { name: string }) => node.name);
    expect(names.slice(0, 2)).toEqual(['block 0/MultiHeadAttention', 'block 0/LayerNormalization']);
    expect(new Set(names).size).toBe(names.length);
  });

  it('asks for opset 23 only for Attention', () => {
    const tokens = x();
    const newer = graph('newer', [tokens], { y: attention(tokens, tokens, tokens, { numHeads: 2 }) });
    expect(decoded(network()).opset_import[0].version).toBe(21);
    expect(decoded(newer).opset_import[0].version).toBe(23);
  });

  it('gives one tensor two names, and an input the name of an output', () => {
    const tokens = x();
    const y = exp(tokens);
    const { node, output } = decoded(graph('names', [tokens], { y, again: y, same: tokens })).graph;
    expect(output.map((one: { name: string }) => one.name)).toEqual(['y', 'again', 'same']);
    expect(node.map((one: { op_type: string }) => one.op_type)).toEqual(['Exp', 'Identity', 'Identity']);
  });

  it('keeps apart weights of one name in two checkpoints', () => {
    const tokens = x();
    const [a, b] = [fakeStore({ w: small }), fakeStore({ w: small })];
    const sum = add(add(tokens, weight(a, 'w', 'float32', [8])), weight(b, 'w', 'float32', [8]));
    const names = decoded(graph('two', [tokens], { sum })).graph.initializer.map(
      (one: { name: string }) => one.name,
    );
    expect(names).toEqual(['w', 'w#2']);
  });

  it('reads the size of a symbol off the input that has it', () => {
    const tokens = x();
    const y = expand(floats([1, 2], [1, 2]), [BATCH, 2]);
    const operators = decoded(graph('sizes', [tokens], { y })).graph.node.map(
      (one: { op_type: string }) => one.op_type,
    );
    expect(operators).toEqual(['Shape', 'Concat', 'Expand']);
    expect(() => toOnnx(graph('lost', [], { y: dimensionSize(BATCH) }))).toThrow('which no input has');
  });

  it('leaves out optional results that nothing reads', () => {
    const tokens = x();
    const { sum } = skipLayerNormalization(tokens, tokens, floats(Array.from(small)), null, {
      epsilon: 1e-5,
    });
    const { indices } = topK(tokens, 2);
    const { node } = decoded(graph('optional', [tokens], { sum, indices })).graph;
    expect(node[0].output).toEqual(['SkipLayerNormalization:0', '', '', 'sum']);
    expect(node[1].output).toEqual(['TopK:0', 'indices']);
  });
});
