/**
 * When does attention stand for meaning? One token alone is merged into its best destination, and the change of the output is held
 * against the token's semantic value S: Spearman's ρ over the tokens of an image, by layer.
 *
 * Source: the assumption is Turbo's (arXiv 2312.07408, supplement, section 3): informativity is locally continuous around class tokens.
 */
import type { Engine, Session, SessionOptions } from '../engines/index.js';
import { TurboError } from '../errors/turbo-error.js';
import { spearman } from '../measure/spearman.js';
import type { Model } from '../models/model.js';
import { PROBED_TOKEN, probeableTokens, singleMerge } from '../reduction/single-merge.js';
import { cosineDistance, klDivergence } from './output-change.js';

/** How well S predicts the effect of losing a token in one layer. */
export interface LayerValidity {
  readonly layer: number;
  /** ρ of each image; NaN where no token changed the output. */
  readonly spearmanByImage: readonly number[];
  /** Mean over the images where ρ exists; NaN where there is none. */
  readonly spearman: number;
  readonly tokensPerImage: number;
}

export interface SemanticValidityInput {
  readonly model: Model;
  readonly engine: Engine;
  readonly session: SessionOptions;
  /** Preprocessed images, each [channels, H, W]. */
  readonly images: readonly Float32Array[];
  /** Blocks to probe, from 0. */
  readonly layers: readonly number[];
  /** Tokens that are merged, one after the other, in every image: evenly spaced over the sources. */
  readonly tokensPerImage: number;
  readonly batchSize: number;
  /** Called after each layer. */
  readonly onLayer?: (done: LayerValidity) => void;
}

/** One entry per layer, in the order of `layers`. */
export async function measureSemanticValidity(input: SemanticValidityInput): Promise<LayerValidity[]> {
  const { model, layers, onLayer } = input;
  const output = observable(model, layers);
  const unreduced = await outputsOfImages(input, output);
  const results: LayerValidity[] = [];
  for (const layer of layers) {
    const result = await probeLayer(input, layer, output, unreduced);
    results.push(result);
    onLayer?.(result);
  }
  return results;
}

/** What is watched: class probabilities where the model has a head, otherwise its image embedding. */
type ObservedOutput = 'logits' | 'image_embeds' | 'pooler_output';

/** @throws TurboError for a layer that the model does not have, and for a model without anything to watch */
export function observable(
  { visionOutputs, architecture, encoder }: Model,
  layers: readonly number[],
): ObservedOutput {
  const missing = layers.find((layer) => layer >= encoder.layerCount);
  if (missing !== undefined)
    throw new TurboError('semantic-validity names a layer that the model does not have', {
      value: missing,
      allowed: `0 to ${encoder.layerCount - 1}`,
    });
  const observed = (['logits', 'image_embeds', 'pooler_output'] as const).find((name) =>
    visionOutputs.includes(name),
  );
  if (observed === undefined)
    throw new TurboError('semantic-validity needs logits or an embedding of the image', {
      value: architecture,
      allowed: 'a model with logits, image_embeds or pooler_output',
    });
  return observed;
}

async function outputsOfImages(
  { model, engine, session, images }: SemanticValidityInput,
  output: ObservedOutput,
): Promise<Float32Array[]> {
  const { graph } = model.buildVision({ reduction: { method: 'none' }, outputs: [output] });
  return withSession(engine.createSession(graph, session), async (open) => {
    const results: Float32Array[] = [];
    for (const image of images) {
      const run = await open.run({ pixel_values: pixelsOf(model, image, 1) });
      results.push(run[output]!.data as Float32Array);
    }
    return results;
  });
}

async function probeLayer(
  input: SemanticValidityInput,
  layer: number,
  output: ObservedOutput,
  unreduced: readonly Float32Array[],
): Promise<LayerValidity> {
  const { model, engine, session, images } = input;
  const { graph } = model.buildVision({
    reduction: (encoder) => singleMerge(layer, encoder),
    outputs: [output],
    trace: true,
  });
  const tokens = evenlySpaced(probeableTokens(model.encoder), input.tokensPerImage);
  return withSession(engine.createSession(graph, session), async (open) => {
    const spearmanByImage: number[] = [];
    for (const [index, image] of images.entries()) {
      const { effects, semantic } = await probeImage(
        input,
        open,
        image,
        tokens,
        layer,
        output,
        unreduced[index]!,
      );
      spearmanByImage.push(spearman(effects, semantic));
    }
    const known = spearmanByImage.filter((rho) => !Number.isNaN(rho));
    const mean = known.reduce((sum, rho) => sum + rho, 0) / known.length;
    return { layer, spearmanByImage, spearman: mean, tokensPerImage: tokens.length };
  });
}

/** Effect of every token's loss, and its S. */
async function probeImage(
  { model, batchSize }: SemanticValidityInput,
  session: Session,
  image: Float32Array,
  tokens: readonly number[],
  layer: number,
  output: ObservedOutput,
  unreduced: Float32Array,
): Promise<{ effects: number[]; semantic: number[] }> {
  const effects: number[] = [];
  const semantic: number[] = [];
  const change = output === 'logits' ? klDivergence : cosineDistance;
  for (let start = 0; start < tokens.length; start += batchSize) {
    const batch = tokens.slice(start, start + batchSize);
    const traced = `block.${layer}.semantic`;
    const run = await session.run(
      {
        pixel_values: pixelsOf(model, image, batch.length),
        [PROBED_TOKEN]: { dtype: 'int64', shape: [batch.length], data: BigInt64Array.from(batch, BigInt) },
      },
      [output, traced],
    );
    const values = run[output]!.data as Float32Array;
    const ofTokens = run[traced]!.data as Float32Array;
    for (const [row, token] of batch.entries()) {
      effects.push(change(unreduced, values.subarray(row * unreduced.length, (row + 1) * unreduced.length)));
      semantic.push(ofTokens[row * model.encoder.tokenCount + token]!);
    }
  }
  return { effects, semantic };
}

/** One image, repeated: [copies, channels, H, W]. */
function pixelsOf({ encoder }: Model, image: Float32Array, copies: number) {
  const data = new Float32Array(image.length * copies);
  for (let copy = 0; copy < copies; copy++) data.set(image, copy * image.length);
  const shape = [copies, encoder.channels, encoder.imageHeight, encoder.imageWidth];
  return { dtype: 'float32' as const, shape, data };
}

function evenlySpaced<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, index) => items[Math.floor((index * items.length) / count)]!);
}

async function withSession<T>(opening: Promise<Session>, use: (session: Session) => Promise<T>): Promise<T> {
  const session = await opening;
  try {
    return await use(session);
  } finally {
    await session.release();
  }
}
