/**
 * Nodes, attributes and types in the words of ONNX.
 */
import { formatDimension } from '../dimension.js';
import type { OutputType } from '../node.js';
import type { Attribute, Node } from '../tensor.js';
import { onnxDataType } from '../tensor-sources.js';
import type { AttributeMessage, NodeMessage, ValueInfoMessage } from './onnx-schema.js';

const attributeType = { FLOAT: 1, INT: 2, STRING: 3, FLOATS: 6, INTS: 7 } as const;

/** @param inputs names, null for an optional input that is left out; @param outputs names, '' for one left out */
export function nodeMessage(
  name: string,
  node: Node,
  inputs: readonly (string | null)[],
  outputs: readonly string[],
): NodeMessage {
  return {
    name,
    op_type: node.operator,
    domain: node.domain,
    input: inputs.map((input) => input ?? ''),
    output: outputs.slice(0, outputs.findLastIndex((output) => output !== '') + 1),
    attribute: Object.entries(node.attributes).map(([key, value]) => attributeMessage(key, value)),
  };
}

function attributeMessage(name: string, value: Attribute): AttributeMessage {
  if (typeof value === 'number' || typeof value === 'bigint')
    return { name, type: attributeType.INT, i: Number(value) };
  if (typeof value === 'string') return { name, type: attributeType.STRING, s: Buffer.from(value, 'utf8') };
  if ('float' in value) return { name, type: attributeType.FLOAT, f: value.float };
  if ('floats' in value) return { name, type: attributeType.FLOATS, floats: value.floats };
  return { name, type: attributeType.INTS, ints: value };
}

/** Name, dtype and shape of a graph input or output; `197·batch` becomes a symbol of its own. */
export function valueInfo(name: string, { dtype, shape }: OutputType): ValueInfoMessage {
  const dim = shape.map((side) =>
    typeof side === 'number' ? { dim_value: side } : { dim_param: formatDimension(side) },
  );
  return { name, type: { tensor_type: { elem_type: onnxDataType[dtype], shape: { dim } } } };
}
