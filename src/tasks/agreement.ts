/**
 * Does merging disturb the synchronisation of modalities? The attention that a text pays to every region of the image, with the reduction and without,
 * as Spearman's ρ over the regions, mean over the images.
 *
 * A region is a patch of the unreduced image. A merged token hands its attention on to its patches in equal parts; what the text side lets go receives
 * nothing from then on. The text is the first caption of an image, or a question about it; a captioning model reads its prompt.
 */
import type { Dataset } from '../datasets/dataset.js';
import { ofKind } from '../datasets/open-dataset.js';
import { type Session, type TensorData, tensorData } from '../engines/index.js';
import { TurboError } from '../errors/turbo-error.js';
import type { BadSample, ImageSample } from '../images/prefetch.js';
import { spearman } from '../measure/spearman.js';
import type { Model } from '../models/model.js';
import type { VisionGraph } from '../models/model-graphs.js';
import { type CrossModal, crossModalOf } from '../reduction/cross-modal.js';
import type { ReductionSpec } from '../reduction/registry.js';
import type { Tokenizer } from '../text/tokenizer.js';
import type { AgreementOptions } from './options.js';
import type { Measurement, TaskSetting } from './task.js';
import { taskDataset } from './task-dataset.js';
import { type TextRows, textRows, tokenizerOf } from './text-batch.js';

const LONGEST_TEXT = 35;
const PROMPT = 'a picture of ';

/** What is read about an image. */
interface Read {
  readonly image: ImageSample;
  readonly text: string;
}

export async function prepareAgreement(
  options: AgreementOptions,
  setting: TaskSetting,
): Promise<Measurement> {
  const { model } = setting;
  const limit = Math.min(options.images, setting.limit ?? options.images);
  const dataset = await taskDataset(options, { ...setting, limit });
  const { part, reads, tokenizer } = await comparable(model, dataset);
  const special = model.specialTokens!;
  const lead = part === 'decoder' ? special.decoderId : special.encoderId;
  const rows = textRows(
    reads.map(({ text }) => text),
    tokenizer,
    LONGEST_TEXT,
    lead,
  );
  let unreduced: Promise<(Float64Array | null)[]> | undefined;
  return {
    kind: 'measurement',
    async measure(pool, _, onProgress, reduction) {
      const badSamples: BadSample[] = [];
      const pixels = await Promise.all(
        reads.map(async ({ image: { id, image } }, index) => {
          try {
            return await pool.preprocess(image);
          } catch (thrown) {
            if (!(thrown instanceof TurboError)) throw thrown;
            badSamples.push({ index, id, reason: thrown.what });
            return null;
          }
        }),
      );
      const look = (spec: ReductionSpec, progress: (done: number) => void) =>
        massByPatch({ setting, part, rows, pixels, reduction: spec, progress });
      unreduced ??= look({ method: 'none' }, () => {});
      const plain = await unreduced;
      const reduced = await look(reduction, (done) => onProgress(done, reads.length));
      const correlations = plain.flatMap((mass, at) =>
        mass === null || reduced[at] === null ? [] : [spearman(mass, reduced[at]!)],
      );
      const known = correlations.filter((value) => !Number.isNaN(value));
      const agreement = known.reduce((sum, value) => sum + value, 0) / known.length;
      return { metrics: { agreement }, sampleCount: correlations.length, badSamples };
    },
  };
}

/** @throws TurboError for a model that reads text and image apart, and for a dataset without texts that it reads */
export async function comparable(
  model: Model,
  dataset: Dataset,
): Promise<{ readonly part: string; readonly reads: readonly Read[]; readonly tokenizer: Tokenizer }> {
  const part = ['match', 'question', 'decoder'].find((name) => model.parts.includes(name));
  if (part === undefined)
    throw new TurboError('The model does not read text and image together', {
      value: model.architecture,
      allowed: 'BLIP for retrieval, question answering or captioning',
    });
  return { part, reads: textsOf(dataset, part), tokenizer: await tokenizerOf(model) };
}

function textsOf(dataset: Dataset, part: string): Read[] {
  if (part === 'question') {
    const { images, questions } = ofKind(dataset, 'question-answering');
    return questions.map(({ id, text, image }) => ({ image: { id, image: images[image]!.image }, text }));
  }
  const { images, captions } = ofKind(dataset, 'image-text');
  return images.map((image, index) => ({
    image,
    text: part === 'decoder' ? PROMPT : captions.find((caption) => caption.image === index)!.text,
  }));
}

interface Look {
  readonly setting: TaskSetting;
  readonly part: string;
  readonly rows: TextRows;
  /** Of every image; null for one that cannot be read. */
  readonly pixels: readonly (Float32Array | null)[];
  readonly reduction: ReductionSpec;
  readonly progress: (done: number) => void;
}

/** The attention that every patch receives, by image. */
async function massByPatch(look: Look): Promise<(Float64Array | null)[]> {
  const { setting, part, rows, pixels, reduction, progress } = look;
  const { model, engine, session } = setting;
  const vision = model.buildVision({ reduction, outputs: ['last_hidden_state'], trace: true });
  requireFollowable(vision, reduction.method);
  const imageTokens = vision.tokensAfterBlock.at(-1)!;
  const text = model.buildPart(part, {
    sequenceLength: rows.length,
    imageTokens,
    crossModal: crossModalOf(reduction) as CrossModal | null,
    sumsAttention: true,
    outputs: ['image_mass'],
  });
  const encoder = await engine.createSession(vision.graph, session);
  const reader = await engine.createSession(text, session);
  try {
    const { imageHeight, imageWidth, channels, tokenCount, layerCount } = model.encoder;
    const results: (Float64Array | null)[] = [];
    for (const [at, own] of pixels.entries()) {
      progress(at + 1);
      if (own === null) {
        results.push(null);
        continue;
      }
      const encoded = await encoder.run({
        pixel_values: tensorData(own, [1, channels, imageHeight, imageWidth]),
      });
      const mass = await read(reader, part, rows, at, encoded.last_hidden_state!);
      results.push(spread(mass, placesOf(encoded, layerCount, tokenCount)));
    }
    return results;
  } finally {
    await encoder.release();
    await reader.release();
  }
}

async function read(
  reader: Session,
  part: string,
  rows: TextRows,
  at: number,
  states: TensorData,
): Promise<ArrayLike<number>> {
  const { ids, mask } = rows.batch([at]);
  const { image_mass: mass } = await reader.run({
    ...(part === 'decoder' ? { decoder_input_ids: ids } : { input_ids: ids, attention_mask: mask }),
    encoder_hidden_states: states,
  });
  return mass!.data as Float32Array;
}

/** Name of the output that tells where the tokens of a block went. */
function destinations(layer: number): string {
  return `block.${layer}.sourceToOutput`;
}

/** @param traced with its trace @throws TurboError for a method whose tokens cannot be followed */
export function requireFollowable(
  { graph, tokensAfterBlock }: Pick<VisionGraph, 'graph' | 'tokensAfterBlock'>,
  method: string,
): void {
  if (tokensAfterBlock.every((_, layer) => destinations(layer) in graph.outputs)) return;
  throw new TurboError('Agreement follows merged tokens, and this method drops them', {
    value: method,
    allowed: 'a method that merges: turbo, tome, random',
  });
}

/** The row in which each token of the first block ended. */
function placesOf(
  encoded: Readonly<Record<string, TensorData>>,
  layerCount: number,
  tokenCount: number,
): number[] {
  let places = [...Array(tokenCount).keys()];
  for (let layer = 0; layer < layerCount; layer++) {
    const moved = encoded[destinations(layer)]!;
    places = places.map((place) => Number(moved.data[place]));
  }
  return places;
}

/** The mass of every patch, class token left out: an equal part of that of its token. */
function spread(mass: ArrayLike<number>, places: readonly number[]): Float64Array {
  const sizes = new Map<number, number>();
  for (const place of places) sizes.set(place, (sizes.get(place) ?? 0) + 1);
  return Float64Array.from(places.slice(1), (place) => mass[place]! / sizes.get(place)!);
}
