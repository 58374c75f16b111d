/** Whether token ids are in the vocabulary of a model: an engine would read another row of the table, or say that a gather failed. */
import type { TensorData } from '../engines/index.js';
import { TurboError } from '../errors/turbo-error.js';
import { nodesOf } from '../graph/index.js';
import type { Graph } from '../graph/tensor.js';
import type { Model } from './model.js';

const sizes = new WeakMap<Model, number>();

/** How many tokens a model knows, told by the rows of the table that its text side looks ids up in; Infinity where no table is found. */
export function vocabularySize(model: Model): number {
  const known = sizes.get(model);
  if (known !== undefined) return known;
  const size = Math.min(...textGraphs(model).map(tableRows));
  sizes.set(model, size);
  return size;
}

/** @param ids int64 [batch, tokens] @throws TurboError that names the first id below 0 or not below `vocabulary` */
export function refuseUnknownTokens(name: string, { data, shape }: TensorData, vocabulary: number): void {
  const length = shape[1]!;
  for (let at = 0; at < data.length; at++) {
    const id = Number(data[at]);
    if (id >= 0 && id < vocabulary) continue;
    throw new TurboError(`The input ${name} holds a token id that is not in the vocabulary of the model.`, {
      value: id,
      where: `${name}[${Math.floor(at / length)}, ${at % length}]`,
      allowed: Number.isFinite(vocabulary) ? `0 to ${vocabulary - 1}` : '0 and above',
      next: 'take the ids from the tokenizer of this model',
    });
  }
}

/** The graphs that read ids, for one token. */
function textGraphs(model: Model): Graph[] {
  const parts = model.parts.map((part) => model.buildPart(part, { sequenceLength: 1 }));
  if (model.textMaxLength === null) return parts;
  return [model.buildText({ sequenceLength: 1, outputs: model.textOutputs }), ...parts];
}

function tableRows(graph: Graph): number {
  for (const { operator, inputs } of nodesOf(graph)) {
    const [table, indices] = inputs;
    if (operator !== 'Gather' || indices?.source.kind !== 'input') continue;
    if (/input_ids$/.test(indices.source.name)) return table!.shape[0] as number;
  }
  return Number.POSITIVE_INFINITY;
}
