/**
 * Checks what is handed to a session against the graph, before an engine sees it.
 */
import { oneOf } from '../errors/did-you-mean.js';
import { TurboError } from '../errors/turbo-error.js';
import { type Dimension, formatShape, type Graph, type Tensor } from '../graph/index.js';
import type { DeviceValue, TensorData } from './engine.js';
import { checkTensorData } from './tensor-data.js';

type Feeds = Readonly<Record<string, TensorData | DeviceValue>>;

/**
 * Refuses missing, unknown and mistyped feeds, and sides that contradict the graph or each other.
 *
 * @returns the value of every symbol, such as `{ batch: 8 }`
 */
export function checkFeeds(graph: Graph, feeds: Feeds): Record<string, number> {
  const inputs = new Map(graph.inputs.map((tensor) => [inputName(tensor), tensor]));
  for (const name of Object.keys(feeds))
    if (!inputs.has(name))
      throw new TurboError(`graph ${graph.name} has no input of this name`, {
        value: name,
        allowed: oneOf(name, [...inputs.keys()]),
      });
  const symbols: Record<string, number> = {};
  for (const [name, tensor] of inputs) {
    const feed = feeds[name];
    if (feed === undefined)
      throw new TurboError(`graph ${graph.name} needs a value for its input ${name}`, {
        value: Object.keys(feeds),
      });
    checkFeed(graph, name, tensor, feed, symbols);
  }
  return symbols;
}

function checkFeed(
  graph: Graph,
  name: string,
  tensor: Tensor,
  feed: TensorData | DeviceValue,
  symbols: Record<string, number>,
): void {
  const mismatch = () =>
    new TurboError(`input ${name} of graph ${graph.name} does not fit`, {
      value: `${feed.dtype} [${feed.shape.join(', ')}]`,
      allowed: `${tensor.dtype} ${formatShape(tensor.shape)}${boundSymbols(symbols)}`,
    });
  if (feed.dtype !== tensor.dtype || feed.shape.length !== tensor.shape.length) throw mismatch();
  for (const [axis, side] of tensor.shape.entries())
    if (!matches(side, feed.shape[axis]!, symbols)) throw mismatch();
  if ('data' in feed) checkTensorData(`input ${name}`, feed);
}

function matches(side: Dimension, size: number, symbols: Record<string, number>): boolean {
  if (!Number.isInteger(size) || size < 0) return false;
  if (typeof side === 'number') return side === size;
  symbols[side.symbol] ??= size / side.times;
  return Number.isInteger(symbols[side.symbol]) && symbols[side.symbol]! * side.times === size;
}

function boundSymbols(symbols: Record<string, number>): string {
  const parts = Object.entries(symbols).map(([name, value]) => `${name} = ${value}`);
  return parts.length === 0 ? '' : ` with ${parts.join(', ')}`;
}

/** The wanted output names, all of them by default; refuses unknown ones. */
export function checkOutputs(graph: Graph, wanted: readonly string[] | undefined): readonly string[] {
  const names = Object.keys(graph.outputs);
  for (const name of wanted ?? [])
    if (!names.includes(name))
      throw new TurboError(`graph ${graph.name} has no output of this name`, {
        value: name,
        allowed: oneOf(name, names),
      });
  return wanted ?? names;
}

function inputName({ source }: Tensor): string {
  return source.kind === 'input' ? source.name : '';
}
