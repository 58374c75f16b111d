import { describe, expect, it } from 'vitest';
import { TurboError } from '../../src/errors/turbo-error.js';
import {
  add,
  attention,
  averagePool,
  BATCH,
  concat,
  conv,
  expand,
  floats,
  gather,
  gatherElements,
  gemm,
  groupNormalization,
  input,
  instanceNormalization,
  layerNormalization,
  matMul,
  maxPool,
  multiHeadAttention,
  range,
  reduceSum,
  reshape,
  scatterND,
  slice,
  split,
  squeeze,
  symbol,
  type Tensor,
  topK,
  transpose,
  unsqueeze,
  where,
  withScope,
} from '../../src/graph/index.js';

const tokens = input('tokens', 'float32', [BATCH, 197, 768]);
const matrix = input('matrix', 'float32', [512, 10]);
const ids = input('ids', 'int64', [BATCH, 7]);
const ids3 = input('ids3', 'int64', [BATCH, 7, 5]);

describe('a mistake in a graph', () => {
  it('names the operator, both shapes and the scope', () => {
    const build = () => withScope('block 3', () => withScope('mlp', () => matMul(tokens, matrix)));
    expect(build).toThrow(TurboError);
    expect(build).toThrow(
      'MatMul: inner sizes differ (inputs: float32 [batch, 197, 768] and float32 [512, 10])',
    );
    expect(build).toThrow('scope block 3 / mlp');
  });

  it('leaves no scope behind', () => {
    expect(() => withScope('lost', () => matMul(tokens, matrix))).toThrow();
    expect(() => matMul(tokens, matrix)).toThrow(/^(?!.*lost)/s);
    expect(() => matMul(tokens, matrix)).not.toThrow('lost');
  });

  const mistakes: [string, () => unknown][] = [
    ['Add', () => add(tokens, matrix)],
    ['Add', () => add(tokens, ids)],
    ['Add', () => add(1, 2)],
    ['Where', () => where(tokens, 1, tokens)],
    ['Gemm', () => gemm(matrix, matrix, null)],
    ['Gemm', () => gemm(matrix, matrix, floats([1, 2, 3]), { transB: true })],
    ['Reshape', () => reshape(tokens, [BATCH, 768, 196])],
    ['Reshape', () => reshape(tokens, [7, -1])],
    ['Transpose', () => transpose(tokens, [0, 2, 2])],
    ['Squeeze', () => squeeze(tokens, [1])],
    ['Unsqueeze', () => unsqueeze(tokens, [5])],
    ['Expand', () => expand(tokens, [BATCH, 198, 768])],
    ['Concat', () => concat([tokens, matrix], { axis: 0 })],
    ['Concat', () => concat([tokens, input('past', 'float32', [symbol('past'), 197, 768])], { axis: 0 })],
    ['Split', () => split(tokens, [100, 98], { axis: 1 })],
    ['Slice', () => slice(tokens, { starts: [1], ends: [2], axes: [0] })],
    ['Slice', () => slice(tokens, { starts: [1], ends: [2], axes: [1], steps: [0] })],
    ['Gather', () => gather(tokens, matrix)],
    ['Gather', () => gather(tokens, ids, { axis: 3 })],
    ['GatherElements', () => gatherElements(tokens, ids, { axis: 1 })],
    ['ScatterND', () => scatterND(tokens, ids, tokens)],
    ['TopK', () => topK(tokens, 769)],
    ['TopK', () => topK(tokens, -1)],
    ['ReduceSum', () => reduceSum(tokens, { axes: [1, -2] })],
    ['ReduceSum', () => reduceSum(tokens, { axes: [] })],
    ['Range', () => range(0, input('end', 'int64', []))],
    ['LayerNormalization', () => layerNormalization(tokens, floats([1, 2]), null, { epsilon: 1e-5 })],
    ['InstanceNormalization', () => instanceNormalization(matrix, ids, ids, { epsilon: 1e-5 })],
    [
      'InstanceNormalization',
      () => instanceNormalization(tokens, floats([1]), floats([1]), { epsilon: 1e-5 }),
    ],
    [
      'GroupNormalization',
      () => groupNormalization(tokens, floats([1]), floats([1]), { groups: 2, epsilon: 1e-5 }),
    ],
    ['Conv', () => conv(tokens, tokens, null, { strides: [1], pads: [0, 0] })],
    ['MaxPool', () => maxPool(matrix, { kernel: [3], strides: [1], pads: [0, 0] })],
    ['MaxPool', () => maxPool(tokens, { kernel: [3, 3], strides: [1, 1], pads: [0, 0, 0, 0] })],
    ['MaxPool', () => maxPool(tokens, { kernel: [769], strides: [1], pads: [0, 0] })],
    ['MaxPool', () => maxPool(ids3, { kernel: [3], strides: [1], pads: [0, 0] })],
    ['AveragePool', () => averagePool(tokens, { kernel: [3], strides: [1], pads: [1, 3] })],
    ['MultiHeadAttention', () => multiHeadAttention(tokens, tokens, tokens, { numHeads: 7 })],
    [
      'MultiHeadAttention',
      () => multiHeadAttention(tokens, tokens, tokens, { numHeads: 12, bias: floats([1]) }),
    ],
    ['Attention', () => attention(tokens, tokens, tokens, { numHeads: 12, mask: matrix })],
  ];
  it.each(mistakes)('is refused by %s', (operator, build) => {
    expect(build).toThrow(TurboError);
    expect(build).toThrow(new RegExp(`^${operator}: `));
  });
});

describe('symbolic sides', () => {
  const shapeOf = ({ shape }: Tensor) => shape;

  it('multiply into rows and come back', () => {
    const rows = reshape(tokens, [-1, 768]);
    expect(shapeOf(rows)).toEqual([{ symbol: 'batch', times: 197 }, 768]);
    expect(shapeOf(reshape(rows, [BATCH, 197, 768]))).toEqual(tokens.shape);
  });

  it('add up when joined', () => {
    expect(shapeOf(concat([tokens, tokens], { axis: 0 }))[0]).toEqual({ symbol: 'batch', times: 2 });
    const past = input('past', 'float32', [symbol('past'), 197, 768]);
    expect(shapeOf(concat([past, tokens], { axis: 0, total: symbol('joined') }))[0]).toEqual(
      symbol('joined'),
    );
  });

  it('can be kept whole by a slice', () => {
    expect(
      shapeOf(slice(tokens, { starts: [0, 1], ends: [Number.POSITIVE_INFINITY, 3], axes: [0, 1] })),
    ).toEqual([BATCH, 2, 768]);
  });

  it('broadcast against 1 only and themselves', () => {
    expect(shapeOf(add(tokens, floats([1], [1, 1, 1])))).toEqual(tokens.shape);
    expect(() => add(tokens, floats(new Array(394).fill(0), [2, 197, 1]))).toThrow('do not broadcast');
  });
});

it('returns the tensor itself where nothing would change', () => {
  expect(reshape(tokens, tokens.shape)).toBe(tokens);
  expect(expand(tokens, tokens.shape)).toBe(tokens);
  expect(concat([tokens], { axis: 1 })).toBe(tokens);
});
