/**
 * ONNX Runtime's messages as errors that name the operator and the part of the network.
 */
import { messageOf, TurboError } from '../../errors/turbo-error.js';
import type { Graph } from '../../graph/index.js';

const NAME_PATTERNS = [
  /Name:\s?'([^']*)'/,
  /Node \(([^()]*)\)/,
  /Node:\s?\(?"?([^")]*?)[")]/,
  /In Node, \("([^"]*)"/,
];

/** @param doing what was asked for: `load` or `run` */
export function engineError(graph: Graph, doing: 'load' | 'run', thrown: unknown): TurboError {
  const message = messageOf(thrown);
  const name = NAME_PATTERNS.map((pattern) => pattern.exec(message)?.[1]).find((found) => found);
  const [operator, scope] = name === undefined ? [] : partsOf(name);
  const inOperator = operator === undefined ? '' : ` at ${operator}`;
  return new TurboError(`onnxruntime could not ${doing} graph ${graph.name}${inOperator}: ${message}`, {
    ...(scope === undefined ? {} : { where: `graph, scope ${scope}` }),
    cause: thrown,
  });
}

/** `block 3 / attention/MatMul#2` → operator and scope. */
function partsOf(name: string): [string, string | undefined] {
  const slash = name.lastIndexOf('/');
  const operator = name.slice(slash + 1).replace(/#\d+$/, '');
  return [operator, slash < 0 ? undefined : name.slice(0, slash)];
}
