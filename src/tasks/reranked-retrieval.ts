/**
 * Retrieval in two stages, as BLIP is evaluated: embeddings find the most similar items, and reading image and text together puts these in order.
 *
 * Images look for captions batch by batch, which is the text side that is timed. Captions look for images when all are encoded; for that the image tokens of the
 * whole dataset are kept in memory.
 *
 * Source: `train_retrieval.py` of github.com/salesforce/BLIP.
 */
import type { Dataset, RetrievalDataset } from '../datasets/dataset.js';
import { ofKind } from '../datasets/open-dataset.js';
import { pickRows, type TensorData, tensorData } from '../engines/index.js';
import { imageToTextRanks, recallsOf, textToImageRanks } from '../metrics/retrieval.js';
import { rowProducts, unitRows } from '../metrics/unit-rows.js';
import type { Model } from '../models/model.js';
import type { Tokenizer } from '../text/tokenizer.js';
import { type Matcher, mostSimilar, NOT_MATCHED, openMatcher } from './matching-side.js';
import type { RetrievalOptions } from './options.js';
import { type RankedImages, rankedOutcomes } from './retrieval-outcomes.js';
import { type PreparedTask, RANDOM_WEIGHTS, type TaskSetting, type TextSide } from './task.js';
import { taskDataset } from './task-dataset.js';
import { requirePart, textRows, tokenizerOf } from './text-batch.js';
import { encodeTexts, requireTextTower } from './text-features.js';

const EMBEDDING = 'image_embeds';
const TOKENS = 'last_hidden_state';
const SCORES = 'match_scores';
/** Tokens of a caption at most, as in the official evaluation. */
const LONGEST_CAPTION = 35;

/** The text side, with what the second direction needs of it. */
interface MatchingSide extends TextSide {
  readonly matcher: Matcher;
}

/** An encoded image. */
interface EncodedImage {
  readonly embedding: Float64Array;
  /** [N, C] flat. */
  readonly tokens: Float32Array;
  /** [captions]: what it found, {@link NOT_MATCHED} elsewhere. */
  readonly found: Float32Array;
}

/** @throws TurboError for a model that matches no text with an image, and for a dataset without captions */
export async function rerankable(
  model: Model,
  dataset: Dataset,
): Promise<{ readonly dataset: RetrievalDataset; readonly tokenizer: Tokenizer }> {
  requirePart(
    model,
    'match',
    'retrieval with rerank',
    'a model that matches image and text, such as BlipForImageTextRetrieval',
  );
  const own = ofKind(dataset, 'image-text');
  requireTextTower(model);
  return { dataset: own, tokenizer: await tokenizerOf(model) };
}

export async function prepareRerankedRetrieval(
  options: RetrievalOptions & { readonly rerank: number },
  setting: TaskSetting,
): Promise<PreparedTask> {
  const { model, engine, session } = setting;
  const { dataset, tokenizer } = await rerankable(model, await taskDataset(options, setting));
  const { images, captions } = dataset;
  const words = captions.map(({ text }) => text);
  const texts = textRows(words, tokenizer, LONGEST_CAPTION, model.specialTokens!.encoderId);
  const features = await encodeTexts(words, model, engine, session, LONGEST_CAPTION);
  const captionUnits = unitRows(features.rows, features.width);
  const isRandom = model.weightsKind === 'random';

  const similarities = (embeddings: Float64Array): Float32Array =>
    rowProducts(embeddings, captionUnits, features.width);

  return {
    kind: 'scored',
    samples: images,
    references: [],
    outputs: [EMBEDDING, TOKENS],
    decodes: true,
    metricsNote: isRandom ? RANDOM_WEIGHTS : '',
    async openTextSide(reduced): Promise<MatchingSide> {
      const matcher = await openMatcher({ ...setting, ...reduced, texts });
      return {
        matcher,
        async run(positions, outputs) {
          const similar = similarities(unitRows(outputs[EMBEDDING]!.data as Float32Array, features.width));
          const found = new Float32Array(positions.length * captions.length).fill(NOT_MATCHED);
          for (const row of positions.keys()) {
            const own = similar.subarray(row * captions.length, (row + 1) * captions.length);
            const near = mostSimilar(own, options.rerank);
            const tokens = rowOf(outputs[TOKENS]!, row);
            const logits = await matcher.match(
              near.map(() => tokens),
              near,
            );
            near.forEach((caption, at) => {
              found[row * captions.length + caption] = logits[at]! + own[caption]!;
            });
          }
          return { [SCORES]: tensorData(found, [positions.length, captions.length]) };
        },
        release: () => matcher.release(),
      };
    },
    start() {
      const encoded = new Map<number, EncodedImage>();
      let ranked: RankedImages | undefined;
      return {
        add(positions, outputs) {
          if (outputs[SCORES] === undefined) return;
          positions.forEach((position, row) => {
            encoded.set(position, {
              embedding: unitRows(rowOf(outputs[EMBEDDING]!, row), features.width),
              tokens: rowOf(outputs[TOKENS]!, row),
              found: rowOf(outputs[SCORES]!, row),
            });
          });
        },
        addReference: () => {},
        count: () => encoded.size,
        async settle(textSide) {
          if (isRandom) return;
          const order = [...encoded.keys()].sort((a, b) => a - b);
          const rowOfImage = new Map(order.map((position, row) => [position, row]));
          const kept = [...captions.keys()].filter((caption) => rowOfImage.has(captions[caption]!.image));
          const all = order.map((position) => encoded.get(position)!);
          const { matcher } = textSide as MatchingSide;
          const imageToText = pick(
            all.map(({ found }) => found),
            kept,
          );
          const textToImage = await searchImages(all, kept, similarities, matcher, options.rerank);
          const imageOfCaption = kept.map((caption) => rowOfImage.get(captions[caption]!.image)!);
          ranked = {
            ids: order.map((position) => images[position]!.id),
            imageOfCaption,
            ranks: {
              imageToText: imageToTextRanks(imageToText, imageOfCaption),
              textToImage: textToImageRanks(textToImage, imageOfCaption),
            },
          };
        },
        score: () => (ranked === undefined ? {} : { ...recallsOf(ranked.ranks) }),
        outcomes: () => (ranked === undefined ? [] : rankedOutcomes(ranked)),
      };
    },
  };
}

/** For every kept caption its most similar images, matched: [images, captions] flat. */
async function searchImages(
  images: readonly EncodedImage[],
  kept: readonly number[],
  similarities: (embeddings: Float64Array) => Float32Array,
  matcher: Matcher,
  count: number,
): Promise<Float32Array> {
  const rows = images.map(({ embedding }) => similarities(embedding));
  const scores = new Float32Array(images.length * kept.length).fill(NOT_MATCHED);
  for (const [column, caption] of kept.entries()) {
    const near = mostSimilar(
      Float32Array.from(rows, (row) => row[caption]!),
      count,
    );
    const logits = await matcher.match(
      near.map((image) => images[image]!.tokens),
      near.map(() => caption),
    );
    near.forEach((image, at) => {
      scores[image * kept.length + column] = logits[at]! + rows[image]![caption]!;
    });
  }
  return scores;
}

/** Some columns of every row, [rows, columns] flat. */
function pick(rows: readonly Float32Array[], columns: readonly number[]): Float32Array {
  const result = new Float32Array(rows.length * columns.length);
  rows.forEach((row, at) => {
    columns.forEach((column, to) => {
      result[at * columns.length + to] = row[column]!;
    });
  });
  return result;
}

function rowOf(tensor: TensorData, row: number): Float32Array {
  return pickRows(tensor, [row]).data as Float32Array;
}
