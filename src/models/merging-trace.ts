/**
 * What a reduction does to the tokens of a picture inside a model, block by block: the data of pictures of merging.
 *
 * The graph is the one that is measured, with its decisions as further outputs. With a text, layers of the text side follow, which let image
 * tokens go where the reduction is cross-modal (Turbo, arXiv 2312.07408; `cross-modal.ts`).
 */
import {
  type Engine,
  type Session,
  type SessionOptions,
  type TensorData,
  tensorData,
} from '../engines/index.js';
import { crossModalOf } from '../reduction/cross-modal.js';
import { type BlockTrace, type LayerMerging, layerMergings } from '../reduction/layer-merging.js';
import { protectedTokens } from '../reduction/merging-plan.js';
import type { ReductionSpec } from '../reduction/registry.js';
import type { Model } from './model.js';

/** A text as the text side takes it. */
export interface TracedText {
  /** The part of the model that reads it beside the image: `match`, `question` or `decoder`. */
  readonly part: string;
  /** [1, T] int64. */
  readonly ids: TensorData;
  /** [1, T] int64, 1 for all that is no padding. */
  readonly mask: TensorData;
}

export interface MergingTraceOptions {
  readonly model: Model;
  readonly engine: Engine;
  readonly session: SessionOptions;
  readonly reduction: ReductionSpec;
  readonly text: TracedText | null;
}

export interface MergingTrace {
  /** @param pixels [3, H, W] of one picture @returns one entry per block, then one per text layer that sees the image */
  run(pixels: Float32Array): Promise<LayerMerging[]>;
  release(): Promise<void>;
}

/** @throws TurboError when the reduction is not one for this model */
export async function openMergingTrace(options: MergingTraceOptions): Promise<MergingTrace> {
  const { model, engine, session, reduction, text } = options;
  const { channels, imageHeight, imageWidth, layerCount } = model.encoder;
  const output = text === null ? model.visionOutputs[0]! : 'last_hidden_state';
  const vision = model.buildVision({ reduction, outputs: [output], trace: 'decisions' });
  const encoder = await engine.createSession(vision.graph, session);
  const counts = vision.reducer.plan.map(({ tokensBefore }) => tokensBefore);
  const reader = text === null ? null : await openReader(options, text, vision.tokensAfterBlock.at(-1)!);
  return {
    async run(pixels) {
      const shape = [1, channels, imageHeight, imageWidth];
      const encoded = await encoder.run({ pixel_values: tensorData(pixels, shape) });
      const blocks = Array.from({ length: layerCount }, (_, layer) =>
        blockTrace(encoded, layer, counts[layer]!),
      );
      const read = reader === null ? [] : await reader.run(encoded.last_hidden_state!);
      return layerMergings([...blocks, ...read], protectedTokens(model.encoder));
    },
    async release() {
      await encoder.release();
      await reader?.session.release();
    },
  };
}

interface Reader {
  readonly session: Session;
  run(states: TensorData): Promise<BlockTrace[]>;
}

/** The text side; every layer that looks at the image is a block that drops image tokens. */
async function openReader(
  { model, engine, session: options, reduction }: MergingTraceOptions,
  { part, ids, mask }: TracedText,
  imageTokens: number,
): Promise<Reader> {
  const graph = model.buildPart(part, {
    sequenceLength: ids.shape[1]!,
    imageTokens,
    crossModal: crossModalOf(reduction),
    tracesImageTokens: true,
  });
  const names = Object.keys(graph.outputs).filter((name) => name.startsWith('image_kept.'));
  const session = await engine.createSession(graph, options);
  const last = Math.max(...names.map((name) => Number(name.split('.')[1])), 0);
  return {
    session,
    async run(states) {
      const made = await session.run({
        ...(part === 'decoder' ? { decoder_input_ids: ids } : { input_ids: ids, attention_mask: mask }),
        encoder_hidden_states: states,
      });
      let tokenCount = imageTokens;
      return Array.from({ length: last + 1 }, (_, layer) => {
        const kept = made[`image_kept.${layer}`];
        const trace = textTrace(tokenCount, kept === undefined ? null : numbersOf(kept));
        tokenCount = trace.kept?.length ?? tokenCount;
        return trace;
      });
    },
  };
}

function textTrace(tokenCount: number, kept: number[] | null): BlockTrace {
  const nothing = { sourceToOutput: null, semantic: null, source: [], destination: [], redundancy: [] };
  return { side: 'text', tokenCount, kept, ...nothing };
}

function blockTrace(
  outputs: Readonly<Record<string, TensorData>>,
  layer: number,
  tokenCount: number,
): BlockTrace {
  const of = (name: string): number[] | null => {
    const found = outputs[`block.${layer}.${name}`];
    return found === undefined ? null : numbersOf(found);
  };
  return {
    side: 'image',
    tokenCount,
    sourceToOutput: of('sourceToOutput'),
    kept: of('kept'),
    semantic: of('semantic'),
    source: of('source') ?? [],
    destination: of('destination') ?? [],
    redundancy: of('redundancy') ?? [],
  };
}

function numbersOf({ data }: TensorData): number[] {
  return Array.from(data as ArrayLike<number | bigint>, Number);
}
