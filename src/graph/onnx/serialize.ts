/**
 * A graph as an ONNX model. The same graph always gives the same bytes.
 *
 * Opset 21 and IR version 10 suffice for every operator but `Attention`, which came with opset 23.
 */
import { resolveDimensionSizes } from '../dimension-sizes.js';
import { nodesOf, sourcesOf } from '../network.js';
import type { Graph, Node, Source, Tensor, WeightStore } from '../tensor.js';
import { constantMessage, type ExternalBuffer, SMALL_WEIGHT_BYTES, weightMessage } from './initializer.js';
import { nodeMessage, valueInfo } from './messages.js';
import { uniqueNames } from './names.js';
import { ModelProto, type NodeMessage, type TensorMessage } from './onnx-schema.js';

export interface OnnxModel {
  readonly bytes: Uint8Array;
  /** Weights that are neither inside the model nor in the folder, one buffer each. */
  readonly externalBuffers: readonly ExternalBuffer[];
}

export interface OnnxOptions {
  /** Real path of a folder; weights in its files are referenced where they lie, by offset and length. */
  readonly externalDataFolder?: string | undefined;
  /** Weights elsewhere go into the model up to this size, above it into buffers of their own; default 1 KiB. */
  readonly inlineBytes?: number;
}

const PRODUCER = 'turbo-bench';

/** Nodes keep their scope in their name, so that an engine's message tells the part of the network. */
export function toOnnx(original: Graph, options: OnnxOptions = {}): OnnxModel {
  const { externalDataFolder, inlineBytes = SMALL_WEIGHT_BYTES } = options;
  const network = resolveDimensionSizes(original);
  const externalBuffers: ExternalBuffer[] = [];
  const initializers: TensorMessage[] = [];
  const nodes: NodeMessage[] = [];
  const unique = uniqueNames([...network.inputs.map(inputName), ...Object.keys(network.outputs)]);
  const outputNames = nameOutputs(network);
  const used = usedOutputs(network);
  const weightNames = new Map<WeightStore, Map<string, string>>();
  const names = new Map<Source, readonly string[]>();
  const nameOf = (tensor: Tensor) => names.get(tensor.source)![tensor.output]!;

  for (const tensor of tensorsInOrder(network)) {
    const { source } = tensor;
    switch (source.kind) {
      case 'input':
        names.set(source, [source.name]);
        break;
      case 'constant': {
        const name = unique('constant');
        names.set(source, [name]);
        initializers.push(constantMessage(name, tensor, source));
        break;
      }
      case 'weight': {
        const ofStore = weightNames.get(source.store) ?? new Map<string, string>();
        weightNames.set(source.store, ofStore);
        const known = ofStore.get(source.name);
        const name = known ?? unique(source.name);
        names.set(source, [name]);
        if (known !== undefined) break;
        ofStore.set(source.name, name);
        const { message, handedOver } = weightMessage(name, tensor, source, externalDataFolder, inlineBytes);
        initializers.push(message);
        if (handedOver !== undefined) externalBuffers.push(handedOver);
        break;
      }
      case 'node': {
        const name = unique(source.scope === '' ? source.operator : `${source.scope}/${source.operator}`);
        const results = source.outputs.map((_, at) => {
          if (source.domain !== '' && at > 0 && !used.get(source)?.has(at)) return '';
          return (
            outputNames.get(source)?.get(at) ?? (at === 0 ? unique(`${name}:0`) : unique(`${name}:${at}`))
          );
        });
        names.set(source, results);
        nodes.push(
          nodeMessage(
            name,
            source,
            source.inputs.map((input) => input && nameOf(input)),
            results,
          ),
        );
      }
    }
  }
  for (const [name, tensor] of Object.entries(network.outputs))
    if (nameOf(tensor) !== name) nodes.push(identity(unique(`output/${name}`), nameOf(tensor), name));

  const graph = {
    name: network.name,
    node: nodes,
    initializer: initializers,
    input: network.inputs.map((tensor) => valueInfo(inputName(tensor), tensor)),
    output: Object.entries(network.outputs).map(([name, tensor]) => valueInfo(name, tensor)),
  };
  return { bytes: encode(graph, nodesOf(network)), externalBuffers };
}

function encode(graph: object, nodes: readonly Node[]): Uint8Array {
  const opset = nodes.some(({ operator }) => operator === 'Attention') ? 23 : 21;
  const model = {
    ir_version: opset === 23 ? 11 : 10,
    producer_name: PRODUCER,
    graph,
    opset_import: [
      { domain: '', version: opset },
      { domain: 'com.microsoft', version: 1 },
    ],
  };
  return ModelProto.encode(model).finish();
}

/** One tensor of every source, in running order; declared inputs first, even those that nothing reads. */
function tensorsInOrder(network: Graph): Tensor[] {
  const tensors = new Map<Source, Tensor>();
  const add = (tensor: Tensor | null) => {
    if (tensor !== null && !tensors.has(tensor.source)) tensors.set(tensor.source, tensor);
  };
  network.inputs.forEach(add);
  const order = sourcesOf(network);
  for (const source of order) if (source.kind === 'node') source.inputs.forEach(add);
  Object.values(network.outputs).forEach(add);
  const declared = network.inputs.map(({ source }) => source);
  return [...new Set([...declared, ...order])].map((source) => tensors.get(source)!);
}

/** Results of nodes that carry the name of a graph output; a second name for the same tensor needs an `Identity`. */
function nameOutputs(network: Graph): Map<Source, Map<number, string>> {
  const names = new Map<Source, Map<number, string>>();
  for (const [name, { source, output }] of Object.entries(network.outputs)) {
    if (source.kind !== 'node') continue;
    const ofNode = names.get(source) ?? new Map<number, string>();
    names.set(source, ofNode);
    if (!ofNode.has(output)) ofNode.set(output, name);
  }
  return names;
}

/** Which results of each node something reads. */
function usedOutputs(network: Graph): Map<Source, Set<number>> {
  const used = new Map<Source, Set<number>>();
  const use = (tensor: Tensor | null) => {
    if (tensor !== null) used.set(tensor.source, (used.get(tensor.source) ?? new Set()).add(tensor.output));
  };
  for (const { inputs } of nodesOf(network)) inputs.forEach(use);
  Object.values(network.outputs).forEach(use);
  return used;
}

function identity(name: string, from: string, to: string): NodeMessage {
  return { name, op_type: 'Identity', domain: '', input: [from], output: [to], attribute: [] };
}

function inputName({ source }: Tensor): string {
  return source.kind === 'input' ? source.name : '';
}
