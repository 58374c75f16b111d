/**
 * Where a network takes its weights from. A network is written once; taking its parameters from a recorder instead of
 * a checkpoint lists what the checkpoint must hold, so that the two can never disagree.
 */
import type { Dtype } from '../checkpoints/dtype.js';
import type { Weights } from '../checkpoints/weights.js';
import { weight } from '../graph/index.js';
import type { Tensor, WeightStore } from '../graph/tensor.js';

/** Weights by name, handed to a network while it is built. */
export interface Parameters {
  /** The tensor of that name as float32, which must have this shape. */
  take(name: string, shape: readonly number[]): Tensor;
  /** Its values, for what is computed while the network is built (interpolated positions, the logit scale). */
  values(name: string, shape: readonly number[]): Float32Array;
}

/** Whether a checkpoint holds a tensor: decides between naming variants and about optional parts. */
export type HasParameter = (name: string) => boolean;

/** What parameters can be taken from: an opened checkpoint, or random numbers. */
export interface ParameterSource {
  readonly kind: 'checkpoint' | 'random';
  has: HasParameter;
  parameters: Parameters;
  /** Stored tensors by shape, to be compared with what a network expects; null when any name is fine. */
  readonly stored: ReadonlyMap<string, readonly number[]> | null;
  digest(): Promise<string>;
  close(): void;
}

/** Parameters of a checkpoint. float32 stays where it is; every other stored type is widened when it is asked for. */
export function checkpointParameters(weights: Weights): ParameterSource {
  const asStored: WeightStore = {
    readBytes: (name) => weights.readBytes(name),
    locate: (name) => weights.info(name)?.location,
  };
  const widened: WeightStore = {
    readBytes: (name) => new Uint8Array(weights.readFloat32(name).buffer),
    locate: () => undefined,
  };
  return {
    kind: 'checkpoint',
    has: (name) => weights.info(name) !== undefined,
    parameters: {
      take(name, shape) {
        const dtype: Dtype | undefined = weights.info(name)?.dtype;
        return weight(dtype === 'float32' ? asStored : widened, name, 'float32', [...shape]);
      },
      values: (name) => weights.readFloat32(name),
    },
    stored: new Map(weights.names().map((name) => [name, weights.info(name)!.shape])),
    digest: () => weights.digest(),
    close: () => weights.close(),
  };
}

/** Names and shapes that `build` takes, in the order of first use. */
export function parametersTakenBy(build: (parameters: Parameters) => void): Map<string, readonly number[]> {
  const taken = new Map<string, readonly number[]>();
  const nothing: WeightStore = { readBytes: () => new Uint8Array(), locate: () => undefined };
  build({
    take(name, shape) {
      taken.set(name, shape);
      return weight(nothing, name, 'float32', [...shape]);
    },
    values(name, shape) {
      taken.set(name, shape);
      return new Float32Array(shape.reduce((product, side) => product * side, 1));
    },
  });
  return taken;
}
