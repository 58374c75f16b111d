/**
 * Image–text retrieval by embeddings: the captions are encoded once per model, every variant encodes its images and is ranked against them.
 *
 * Similarity is the cosine of the two embeddings, as in CLIP; SigLIP's scale and bias keep the order.
 */
import type { Dataset, RetrievalDataset } from '../datasets/dataset.js';
import { ofKind } from '../datasets/open-dataset.js';
import { ranksOf, recallsOf } from '../metrics/retrieval.js';
import { rowProducts, unitRows } from '../metrics/unit-rows.js';
import { featureOutput } from '../models/inspect.js';
import type { Model } from '../models/model.js';
import type { RetrievalOptions } from './options.js';
import { prepareRerankedRetrieval } from './reranked-retrieval.js';
import { type RankedImages, rankedOutcomes } from './retrieval-outcomes.js';
import { type PreparedTask, RANDOM_WEIGHTS, rowStore, type TaskSetting, unscored } from './task.js';
import { taskDataset } from './task-dataset.js';
import { encodeTexts, requireTextTower } from './text-features.js';

const OUTPUT = 'image_embeds';

/** @throws TurboError for a dataset without captions, and for a model without a text tower */
export function retrievable(model: Model, dataset: Dataset): RetrievalDataset {
  const own = ofKind(dataset, 'image-text');
  if (model.weightsKind !== 'random') requireTextTower(model);
  return own;
}

export async function prepareRetrieval(
  options: RetrievalOptions,
  setting: TaskSetting,
): Promise<PreparedTask> {
  const { rerank } = options;
  if (rerank !== undefined) return prepareRerankedRetrieval({ ...options, rerank }, setting);
  const { model, engine, session } = setting;
  const { images, captions } = retrievable(model, await taskDataset(options, setting));
  if (model.weightsKind === 'random') return unscored(images, [featureOutput(model)], RANDOM_WEIGHTS);
  const text = await encodeTexts(
    captions.map((caption) => caption.text),
    model,
    engine,
    session,
  );
  return {
    kind: 'scored',
    samples: images,
    references: [],
    outputs: [OUTPUT],
    decodes: true,
    metricsNote: '',
    start() {
      const embeddings = rowStore(images.length);
      let ranked: RankedImages | undefined;
      const ranking = (): RankedImages => {
        const { rows, positions } = embeddings.filled();
        const row = new Map(positions.map((position, index) => [position, index]));
        const kept = [...captions.keys()].filter((index) => row.has(captions[index]!.image));
        const texts = Float32Array.from({ length: kept.length * text.width }, (_, at) => {
          const caption = kept[Math.floor(at / text.width)]!;
          return text.rows[caption * text.width + (at % text.width)]!;
        });
        const similarity = rowProducts(unitRows(rows, text.width), unitRows(texts, text.width), text.width);
        const imageOfCaption = kept.map((index) => row.get(captions[index]!.image)!);
        return {
          ids: positions.map((position) => images[position]!.id),
          imageOfCaption,
          ranks: ranksOf(similarity, imageOfCaption),
        };
      };
      return {
        add(positions, outputs) {
          embeddings.set(positions, outputs[OUTPUT]!);
          ranked = undefined;
        },
        addReference: () => {},
        count: () => embeddings.count(),
        score() {
          ranked ??= ranking();
          return { ...recallsOf(ranked.ranks) };
        },
        outcomes() {
          ranked ??= ranking();
          return rankedOutcomes(ranked);
        },
      };
    },
  };
}
