/**
 * Tensors that no operator makes: inputs, constants, weights, and the run-time size of a symbolic dimension.
 */
import { TurboError } from '../errors/turbo-error.js';
import { type Dimension, formatShape, type Shape } from './dimension.js';
import { makeSingle } from './node.js';
import type { ConstantData, DataType, Tensor, WeightStore } from './tensor.js';

/** A tensor that is handed in at every run. */
export function input(name: string, dtype: DataType, shape: Shape): Tensor {
  return { dtype, shape, source: { kind: 'input', name }, output: 0 };
}

/** A parameter of a checkpoint in its stored dtype; cast it where the network wants another one. */
export function weight(store: WeightStore, name: string, dtype: DataType, shape: readonly number[]): Tensor {
  return { dtype, shape, source: { kind: 'weight', name, store }, output: 0 };
}

/** A constant of any shape in row-major order. `Uint8Array` stands for uint8 unless `dtype` says bool. */
export function constant(data: ConstantData, shape: readonly number[], dtype?: 'bool'): Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  if (count !== data.length)
    throw new TurboError(`a constant of shape ${formatShape(shape)} needs ${count} values`, {
      value: data.length,
    });
  return { dtype: dtype ?? dtypeOfArray(data), shape, source: { kind: 'constant', data }, output: 0 };
}

/** A constant of shape `[]`. Half-precision ones are cast, which an engine folds. */
export function scalar(value: number, dtype: DataType = 'float32'): Tensor {
  switch (dtype) {
    case 'float32':
      return constant(Float32Array.of(value), []);
    case 'int64':
      return constant(BigInt64Array.of(integer(value)), []);
    case 'int32':
      return constant(Int32Array.of(Number(integer(value))), []);
    case 'uint8':
      return constant(Uint8Array.of(Number(integer(value))), []);
    case 'bool':
      return constant(Uint8Array.of(value === 0 ? 0 : 1), [], 'bool');
    default:
      return makeSingle({
        operator: 'Cast',
        inputs: [scalar(value)],
        attributes: { to: onnxDataType[dtype] },
        output: { dtype, shape: [] },
      });
  }
}

/** An int64 constant, by default a vector. */
export function integers(values: readonly number[], shape: readonly number[] = [values.length]): Tensor {
  return constant(BigInt64Array.from(values, integer), shape);
}

/** A float32 constant, by default a vector. */
export function floats(values: readonly number[], shape: readonly number[] = [values.length]): Tensor {
  return constant(Float32Array.from(values), shape);
}

/** int64 `[1]`: the size of a dimension when the graph runs, read from a graph input that has its symbol. */
export function dimensionSize(dimension: Dimension): Tensor {
  if (typeof dimension === 'number') return integers([dimension]);
  return { dtype: 'int64', shape: [1], source: { kind: 'dimension', dimension }, output: 0 };
}

/** ONNX's number of each dtype (`TensorProto.DataType`). */
export const onnxDataType: Readonly<Record<DataType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  bfloat16: 16,
};

function dtypeOfArray(data: ConstantData): DataType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof BigInt64Array) return 'int64';
  return data instanceof Int32Array ? 'int32' : 'uint8';
}

function integer(value: number): bigint {
  if (!Number.isSafeInteger(value))
    throw new TurboError('an integer constant needs a whole number', { value });
  return BigInt(value);
}
