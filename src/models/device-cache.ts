/**
 * The cache on the device: outputs of one run are inputs of the next, and nothing but tokens and logits passes through the memory of the process.
 *
 * A step returns the cache with its own rows at the end. Rows are picked by a graph of their own when images leave the batch.
 */
import {
  type DeviceValue,
  type Engine,
  type Session,
  type SessionOptions,
  type TensorData,
  tensorData,
} from '../engines/index.js';
import { type Graph, gather, graph, input, symbol, type Tensor } from '../graph/index.js';
import { type DecoderCache, OF_IMAGE, OF_TEXT } from './decoder-cache.js';

const JOINED = 'joined_';
const PICKED = 'picked_';

export interface DeviceDecoder {
  begin(): DecoderCache;
  release(): Promise<void>;
}

/** Names of the outputs of a step that a cache on the device asks for: not the rows of its token alone. */
export function stepOutputsOnDevice(names: readonly string[]): readonly string[] {
  return names.filter((name) => !name.startsWith('new_'));
}

/** Opens the graphs of prompt and step on a device that `leavesOutputs`. */
export async function openDeviceDecoder(
  engine: Engine,
  options: SessionOptions,
  { promptGraph, stepGraph, beams }: { promptGraph: Graph; stepGraph: Graph; beams: number },
): Promise<DeviceDecoder> {
  const open = (made: Graph, isLeft: (name: string) => boolean): Promise<Session> =>
    engine.createSession(made, {
      ...options,
      deviceOutputs: Object.keys(made.outputs).filter(isLeft),
    });
  const sessions = {
    prompt: await open(promptGraph, (name) => OF_IMAGE.test(name) || OF_TEXT.test(name)),
    step: await open(stepGraph, (name) => name.startsWith(JOINED)),
    pick: await open(pickingGraph(stepGraph), () => true),
  };
  return {
    begin: () => deviceCache(sessions, beams),
    async release() {
      for (const session of Object.values(sessions)) await session.release();
    },
  };
}

interface Sessions {
  readonly prompt: Session;
  readonly step: Session;
  readonly pick: Session;
}

function deviceCache({ prompt, step, pick }: Sessions, beams: number): DecoderCache {
  let ofImage: Record<string, DeviceValue> = {};
  let ofText: Record<string, DeviceValue> = {};
  const release = (values: Readonly<Record<string, DeviceValue>>): void => {
    for (const value of Object.values(values)) value.release();
  };
  /** As the graph of a step takes it. @param images in the batch */
  const laidOut = (value: DeviceValue, images: number): DeviceValue => {
    const rows = asRows(value);
    const [count, width] = rows.shape as [number, number];
    return beams === 1 ? rows.reshaped([count / images, images, width]) : rows;
  };
  const take = (left: Readonly<Record<string, DeviceValue>>, images: number): void => {
    const entries = Object.entries(left);
    ofImage = Object.fromEntries(entries.filter(([name]) => OF_IMAGE.test(name)));
    const rows = entries.filter(([name]) => OF_TEXT.test(name));
    ofText = Object.fromEntries(rows.map(([name, value]) => [name, laidOut(value, images)]));
  };
  return {
    async prompt(feeds, images) {
      const { outputs, left } = await prompt.runOnDevice!(feeds);
      take(left, images);
      return outputs;
    },
    async step(feeds) {
      const { outputs, left } = await step.runOnDevice!({ ...feeds, ...ofImage, ...ofText });
      release(ofText);
      ofText = withoutPrefix(left, JOINED);
      return outputs;
    },
    async keep(images, rows) {
      const text = Object.entries(ofText).map(([name, value]) => [name, asRows(value)] as const);
      const { left } = await pick.runOnDevice!({
        ...{ ...ofImage, ...Object.fromEntries(text) },
        ...{ kept_images: places(images), kept_rows: places(rows) },
      });
      release({ ...ofImage, ...ofText });
      take(withoutPrefix(left, PICKED), images.length);
    },
    release() {
      release({ ...ofImage, ...ofText });
      ofImage = {};
      ofText = {};
    },
  };
}

function withoutPrefix<Value>(
  values: Readonly<Record<string, Value>>,
  prefix: string,
): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name.slice(prefix.length), value]),
  );
}

/** [rows, C] of a layer's keys or values, however positions and images are laid out. */
function asRows(value: DeviceValue): DeviceValue {
  const width = value.shape.at(-1)!;
  return value.reshaped([value.shape.slice(0, -1).reduce((product, side) => product * side, 1), width]);
}

function places(list: ArrayLike<number>): TensorData {
  return tensorData(BigInt64Array.from(Array.from(list), BigInt), [list.length]);
}

/**
 * Picks images and rows of all that a step takes from before.
 *
 * Inputs: `image.<i>` and `image_columns.<i>` as of the step, `keys.<i>` and `values.<i>` [rows, C]; `kept_images` and `kept_rows`, int64.
 * Outputs: the same with `picked_` before their names.
 */
function pickingGraph(step: Graph): Graph {
  const images = input('kept_images', 'int64', [symbol('keptImages')]);
  const rows = input('kept_rows', 'int64', [symbol('keptRows')]);
  const outputs: Record<string, Tensor> = {};
  const inputs: Tensor[] = [];
  for (const { source, dtype, shape } of step.inputs) {
    if (source.kind !== 'input') continue;
    const { name } = source;
    const isText = OF_TEXT.test(name);
    if (!isText && !OF_IMAGE.test(name)) continue;
    const taken = input(name, dtype, isText ? [symbol('rows'), shape.at(-1)!] : shape);
    inputs.push(taken);
    outputs[PICKED + name] = gather(taken, isText ? rows : images, { axis: 0 });
  }
  return graph('pick', [...inputs, images, rows], outputs);
}
