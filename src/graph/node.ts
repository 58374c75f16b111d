/**
 * Making nodes, and refusing them: every operator checks its inputs here before a node exists.
 */
import { TurboError } from '../errors/turbo-error.js';
import { formatShape, type Shape } from './dimension.js';
import { currentScope } from './scope.js';
import type { Attribute, DataType, Node, Tensor } from './tensor.js';

export interface OutputType {
  readonly dtype: DataType;
  readonly shape: Shape;
}

export interface NodeParts {
  readonly operator: string;
  readonly inputs: readonly (Tensor | null)[];
  /** An attribute that is undefined is left out, and the operator's own default holds. */
  readonly attributes?: Readonly<Record<string, Attribute | undefined>>;
  readonly outputs: readonly OutputType[];
  readonly domain?: Node['domain'];
}

/** All outputs of a new node in the current scope. */
export function makeNode(parts: NodeParts): Tensor[] {
  const { operator, inputs, attributes = {}, outputs, domain = '' } = parts;
  const source: Node = {
    kind: 'node',
    operator,
    domain,
    inputs: withoutTrailingNulls(inputs),
    attributes: Object.fromEntries(
      Object.entries(attributes).filter((entry): entry is [string, Attribute] => entry[1] !== undefined),
    ),
    outputs,
    scope: currentScope(),
  };
  return outputs.map(({ dtype, shape }, output) => ({ dtype, shape, source, output }));
}

/** The only output of a new node. */
export function makeSingle(parts: Omit<NodeParts, 'outputs'> & { output: OutputType }): Tensor {
  return makeNode({ ...parts, outputs: [parts.output] })[0]!;
}

/** Refuses to build a node: names the operator, what is wrong and the type of every input. */
export function refuse(operator: string, problem: string, inputs: readonly (Tensor | null)[]): never {
  const types = inputs.filter((tensor) => tensor !== null).map(formatType);
  const scope = currentScope();
  throw new TurboError(`${operator}: ${problem} (inputs: ${types.join(' and ')})`, {
    where: scope === '' ? 'graph' : `graph, scope ${scope}`,
  });
}

/** `float32 [batch, 197, 768]`. */
export function formatType(tensor: OutputType): string {
  return `${tensor.dtype} ${formatShape(tensor.shape)}`;
}

/** Refuses unless all inputs have the same dtype, and one of `allowed` when that is given. */
export function requireDtype(
  operator: string,
  inputs: readonly (Tensor | null)[],
  allowed?: readonly DataType[],
): void {
  const present = inputs.filter((tensor) => tensor !== null);
  const first = present[0]!.dtype;
  if (present.some(({ dtype }) => dtype !== first)) refuse(operator, 'dtypes differ', inputs);
  if (allowed !== undefined && !allowed.includes(first))
    refuse(operator, `dtype must be ${allowed.join(' or ')}, not ${first}`, inputs);
}

/** A non-negative axis below `rank`. Negative axes count from the end, as everywhere in ONNX. */
export function resolveAxis(operator: string, axis: number, rank: number, inputs: readonly Tensor[]): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank)
    refuse(operator, `axis ${axis} is outside of rank ${rank}`, inputs);
  return axis < 0 ? axis + rank : axis;
}

export const floatTypes: readonly DataType[] = ['float32', 'float16', 'bfloat16'];
export const numberTypes: readonly DataType[] = [...floatTypes, 'int64', 'int32', 'uint8', 'int8'];

function withoutTrailingNulls<Value>(values: readonly (Value | null)[]): (Value | null)[] {
  const last = values.findLastIndex((value) => value !== null);
  return values.slice(0, last + 1);
}
