/** A model layer by layer: tokens, floating-point operations and parameters, with and without a reduction. */
import { flopsOf, nodesOf, parameterCount, weightBytes } from '../graph/index.js';
import type { Graph } from '../graph/tensor.js';
import { countedIn, FULL_PRECISION, type Precision } from '../precision/precision.js';
import type { ReductionSpec } from '../reduction/registry.js';
import type { Model } from './model.js';

/** A part of the network that is reported as one line. */
export interface LayerDescription {
  /** `embeddings`, `block 3`, `head`, `text`. */
  readonly name: string;
  /** Tokens that go in and come out; null for parts without tokens of the image. */
  readonly tokensBefore: number | null;
  readonly tokensAfter: number | null;
  /** Of one image (or one text of full length); multiply-add = 2. */
  readonly flops: number;
  /** Part of `flops` that the reduction itself costs. */
  readonly reductionFlops: number;
  readonly parameters: number;
}

export interface ModelDescription {
  readonly reference: string;
  readonly family: string;
  readonly architecture: string;
  readonly weightsKind: 'checkpoint' | 'random';
  readonly imageHeight: number;
  readonly imageWidth: number;
  readonly patchSize: number;
  readonly heads: number;
  readonly width: number;
  readonly reduction: ReductionSpec;
  readonly precision: Precision;
  /** The vision encoder, in running order. */
  readonly layers: readonly LayerDescription[];
  /** The text encoder as one line; null where there is none. */
  readonly text: LayerDescription | null;
  /** Sums over `layers`. */
  readonly flops: number;
  readonly parameters: number;
  /** Of the vision encoder, in the types in which its graph takes the weights. */
  readonly weightBytes: number;
  /** FLOPs of the unreduced encoder in float32 over those of this one; 1 for itself. */
  readonly flopRatio: number;
}

/** Builds the graphs and counts; nothing is run and no weight is read. */
export function inspectModel(
  model: Model,
  reduction: ReductionSpec,
  precision: Precision = FULL_PRECISION,
): ModelDescription {
  const outputs = [featureOutput(model)];
  const { graph: whole, reducer } = model.buildVision({ reduction, outputs });
  const graph = countedIn(whole, precision);
  const plain = model.buildVision({ reduction: { method: 'none' }, outputs }).graph;
  const { imageHeight, imageWidth, patchSize, heads, width } = model.encoder;
  const layers = partsOf(graph).map(([name, scopes]): LayerDescription => {
    const layer = /^block (\d+)$/.exec(name)?.[1];
    const plan = layer === undefined ? undefined : reducer.plan[Number(layer)];
    return {
      name,
      tokensBefore: plan?.tokensBefore ?? null,
      tokensAfter: plan?.tokensAfter ?? null,
      ...countsOf(graph, scopes),
      parameters: countsOf(whole, scopes).parameters,
    };
  });
  const flops = flopsOf(graph, { batch: 1 }).total;
  return {
    reference: model.reference,
    family: model.family,
    architecture: model.architecture,
    weightsKind: model.weightsKind,
    imageHeight,
    imageWidth,
    patchSize,
    heads,
    width,
    reduction,
    precision,
    layers,
    text: describeText(model, precision),
    flops,
    parameters: parameterCount(whole),
    weightBytes: weightBytes(graph),
    flopRatio: flopsOf(plain, { batch: 1 }).total / flops,
  };
}

/** What the encoder is usually run for: class scores, the image embedding, or plain features. */
export function featureOutput(model: Model): string {
  const best = ['logits', 'image_embeds', 'pooler_output'].find((name) => model.visionOutputs.includes(name));
  return best ?? 'last_hidden_state';
}

function describeText(model: Model, precision: Precision): LayerDescription | null {
  if (model.textMaxLength === null) return null;
  const graph = model.buildText({ sequenceLength: model.textMaxLength, outputs: ['text_embeds'] });
  const { total } = flopsOf(countedIn(graph, precision), { batch: 1 });
  return {
    name: 'text',
    tokensBefore: model.textMaxLength,
    tokensAfter: model.textMaxLength,
    flops: total,
    reductionFlops: 0,
    parameters: parameterCount(graph),
  };
}

/** Scopes by the part that they belong to: `block 3 / mlp` → `block 3`. */
function partsOf(graph: Graph): [string, Set<string>][] {
  const parts = new Map<string, Set<string>>();
  for (const { scope } of nodesOf(graph)) {
    const part = scope.split(' / ')[0]!;
    parts.set(part, (parts.get(part) ?? new Set()).add(scope));
  }
  return [...parts].sort(([a], [b]) => rank(a) - rank(b));
}

function rank(part: string): number {
  if (part === 'embeddings') return -1;
  const layer = /^block (\d+)$/.exec(part)?.[1];
  return layer === undefined ? Number.POSITIVE_INFINITY : Number(layer);
}

/** What the nodes of some scopes cost, and the weights that they read. */
export function countsOf(
  graph: Graph,
  scopes: ReadonlySet<string>,
): Pick<LayerDescription, 'flops' | 'reductionFlops' | 'parameters'> {
  let flops = 0;
  let reductionFlops = 0;
  for (const [scope, count] of flopsOf(graph, { batch: 1 }).byScope) {
    if (!scopes.has(scope)) continue;
    flops += count;
    if (scope.endsWith(' / reduction')) reductionFlops += count;
  }
  const seen = new Map<string, number>();
  for (const { scope, inputs } of nodesOf(graph)) {
    if (!scopes.has(scope)) continue;
    for (const tensor of inputs) {
      if (tensor?.source.kind !== 'weight') continue;
      const count = tensor.shape.reduce<number>((product, side) => product * (side as number), 1);
      seen.set(tensor.source.name, count);
    }
  }
  return { flops, reductionFlops, parameters: [...seen.values()].reduce((sum, count) => sum + count, 0) };
}
