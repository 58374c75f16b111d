/**
 * Values on their way to and from ONNX Runtime, those that stay on the device among them.
 *
 * onnxruntime-node 1.30 leaves outputs on WebGPU alone. Such a value can be fed and freed, but not read: `getData` throws in C++ and ends the process.
 * What is to be read goes through a graph whose output is not left there.
 */
import * as ort from 'onnxruntime-node';
import { TurboError } from '../../errors/turbo-error.js';
import type { DataType, Graph } from '../../graph/index.js';
import type { DeviceValue, SessionOptions, TensorArray, TensorData } from '../engine.js';

export function leavesOutputs(device: string): boolean {
  return device === 'webgpu';
}

/** The option of ONNX Runtime that leaves outputs on the device; none where it cannot, or nothing is asked. */
export function deviceOutputs(
  graph: Graph,
  { device = 'cpu', deviceOutputs: left = [] }: SessionOptions,
): Pick<ort.InferenceSession.SessionOptions, 'preferredOutputLocation'> {
  if (left.length === 0 || !leavesOutputs(device)) return {};
  const places = Object.keys(graph.outputs).map((name) => [name, left.includes(name) ? 'gpu-buffer' : 'cpu']);
  return { preferredOutputLocation: Object.fromEntries(places) };
}

/** A tensor of ONNX Runtime that lies on the device. */
export class OrtDeviceValue implements DeviceValue {
  constructor(
    readonly tensor: ort.Tensor,
    readonly shape: readonly number[] = tensor.dims,
  ) {}

  get dtype(): DataType {
    return this.tensor.type as DataType;
  }

  reshaped(shape: readonly number[]): DeviceValue {
    return new OrtDeviceValue(this.tensor, shape);
  }

  release(): void {
    this.tensor.dispose();
  }
}

export function toOrt(value: TensorData | DeviceValue): ort.Tensor {
  if ('data' in value)
    return new ort.Tensor(value.dtype as 'float32', value.data as Float32Array, value.shape);
  if (!(value instanceof OrtDeviceValue))
    throw new TurboError('a value on the device of another engine was fed');
  // A view: it may have another shape, and does not own the memory.
  return ort.Tensor.fromGpuBuffer(value.tensor.gpuBuffer, {
    dataType: value.dtype as 'float32',
    dims: value.shape,
  });
}

/** Node versions with a `Float16Array` get one from ONNX Runtime; its bits are what we hold. */
export function fromOrt({ type, data, dims }: ort.Tensor): TensorData {
  const view = data as TensorArray;
  const values = type === 'float16' ? new Uint16Array(view.buffer, view.byteOffset, view.length) : view;
  return { dtype: type as TensorData['dtype'], shape: dims, data: values };
}
