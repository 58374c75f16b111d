/** Classification: by the head of the model, by text (zero-shot), or by the nearest training images (kNN). */
import type { ClassificationDataset, Dataset } from '../datasets/dataset.js';
import { ofKind } from '../datasets/open-dataset.js';
import { knnVotes } from '../metrics/knn.js';
import { meanPerClassAccuracy } from '../metrics/mean-per-class.js';
import type { SampleOutcome } from '../metrics/sample-outcome.js';
import { predictions, rankOfLabel, topKAccuracy } from '../metrics/top-k.js';
import { zeroShotClassifier, zeroShotLogits } from '../metrics/zero-shot.js';
import { featureOutput } from '../models/inspect.js';
import type { Model } from '../models/model.js';
import { headClasses } from './head-classes.js';
import type { ClassificationOptions } from './options.js';
import {
  type Metrics,
  type PreparedTask,
  RANDOM_WEIGHTS,
  rowStore,
  type TaskSetting,
  unscored,
} from './task.js';
import { taskDataset } from './task-dataset.js';
import { readTemplates } from './templates.js';
import { encodeTexts, requireTextTower } from './text-features.js';

/** Scores of every class from the rows that the image encoder returned. */
interface Classifier {
  /** The output that the rows are taken from. */
  readonly output: string;
  readonly references: PreparedTask['references'];
  /** @param rows [samples, width] @returns [samples, classes] */
  scores(rows: Float32Array, width: number, references: ReturnType<typeof rowStore>): ArrayLike<number>;
}

export async function prepareClassification(
  options: ClassificationOptions,
  setting: TaskSetting,
): Promise<PreparedTask> {
  const dataset = await classifiable(options, setting.model, await taskDataset(options, setting));
  if (setting.model.weightsKind === 'random')
    return unscored(dataset.samples, [featureOutput(setting.model)], RANDOM_WEIGHTS);
  const classifier = await classifierOf(options, dataset, setting);
  return {
    kind: 'scored',
    samples: dataset.samples,
    references: classifier.references,
    outputs: [classifier.output],
    decodes: true,
    metricsNote: '',
    start() {
      const samples = rowStore(dataset.samples.length);
      const references = rowStore(classifier.references.length);
      let scored: ScoredSamples | undefined;
      const scoredOnce = (): ScoredSamples => {
        const { rows, positions } = samples.filled();
        scored ??= { positions, scores: classifier.scores(rows, samples.width(), references) };
        return scored;
      };
      return {
        add(positions, outputs) {
          samples.set(positions, outputs[classifier.output]!);
          scored = undefined;
        },
        addReference: (positions, outputs) => references.set(positions, outputs[classifier.output]!),
        count: () => samples.count(),
        score() {
          const { positions, scores } = scoredOnce();
          const labels = positions.map((position) => dataset.samples[position]!.label);
          return accuracies(scores, labels, dataset.classes.length);
        },
        outcomes: () => outcomesOf(scoredOnce(), dataset),
      };
    },
  };
}

/**
 * The dataset, once it is known that the model can classify its pictures.
 *
 * @throws TurboError for a dataset without classes, and for a model without the head or the text tower that is asked
 */
export async function classifiable(
  options: ClassificationOptions,
  model: Model,
  dataset: Dataset,
): Promise<ClassificationDataset> {
  const own = ofKind(dataset, 'classification');
  if (model.weightsKind === 'random' || options.knn !== undefined) return own;
  const asked = askedFor(options, model);
  if (asked === false) headClasses(model, own.classes, own.name);
  else requireTextTower(model);
  if (typeof asked === 'object') await readTemplates(asked.templates);
  return own;
}

/** What is left open follows the model: its head where it has one, otherwise text. False for the head. */
function askedFor(
  { zeroShot }: ClassificationOptions,
  { visionOutputs, textOutputs }: Model,
): NonNullable<ClassificationOptions['zeroShot']> {
  return zeroShot ?? (!visionOutputs.includes('logits') && textOutputs.length > 0);
}

async function classifierOf(
  options: ClassificationOptions,
  dataset: ClassificationDataset,
  setting: TaskSetting,
): Promise<Classifier> {
  if (options.knn !== undefined) return byNeighbours(options.dataset, options.knn, dataset, setting);
  const asked = askedFor(options, setting.model);
  return asked === false ? byHead(dataset, setting) : byText(asked, dataset, setting);
}

/** [samples, classes] scores of the samples at these positions. */
interface ScoredSamples {
  readonly positions: readonly number[];
  readonly scores: ArrayLike<number>;
}

function outcomesOf({ positions, scores }: ScoredSamples, dataset: ClassificationDataset): SampleOutcome[] {
  const { classes } = dataset;
  const best = predictions(scores, classes.length);
  return positions.map((position, row) => {
    const { id: sample, label } = dataset.samples[position]!;
    const rank = rankOfLabel(scores, row, classes.length, label) + 1;
    const predicted = classes[best[row]!]?.name;
    return { sample, label: classes[label]!.name, ...(predicted === undefined ? {} : { predicted }), rank };
  });
}

function accuracies(scores: ArrayLike<number>, labels: readonly number[], classes: number): Metrics {
  return {
    top1: topKAccuracy(scores, labels, classes, 1),
    ...(classes > 5 ? { top5: topKAccuracy(scores, labels, classes, 5) } : {}),
    meanPerClass: meanPerClassAccuracy(predictions(scores, classes), labels, classes),
  };
}

/** The model's own logits, in the order of the dataset's classes. */
function byHead({ classes, name }: ClassificationDataset, { model }: TaskSetting): Classifier {
  const columns = headClasses(model, classes, name);
  return {
    output: 'logits',
    references: [],
    scores: (rows, width) =>
      Float32Array.from({ length: (rows.length / width) * columns.length }, (_, index) => {
        const sample = Math.floor(index / columns.length);
        return rows[sample * width + columns[index % columns.length]!]!;
      }),
  };
}

/** Cosine between the image and the mean of the class's prompts. */
async function byText(
  zeroShot: Exclude<ClassificationOptions['zeroShot'], false | undefined>,
  { classes, templates: own }: ClassificationDataset,
  { model, engine, session }: TaskSetting,
): Promise<Classifier> {
  const templates = typeof zeroShot === 'object' ? await readTemplates(zeroShot.templates) : own;
  const prompts = classes.flatMap(({ name }) => templates.map((template) => template.replaceAll('{}', name)));
  const text = await encodeTexts(prompts, model, engine, session);
  const weights = zeroShotClassifier(text.rows, classes.length, templates.length, text.width);
  return {
    output: 'image_embeds',
    references: [],
    scores: (rows, width) => zeroShotLogits(rows, weights, width),
  };
}

/** Votes of the nearest images of another split, encoded by the same variant. */
async function byNeighbours(
  name: string,
  { k, temperature, split, limit }: NonNullable<ClassificationOptions['knn']>,
  { classes }: ClassificationDataset,
  setting: TaskSetting,
): Promise<Classifier> {
  const voting = await taskDataset({ dataset: name, split }, { ...setting, limit: limit ?? null });
  const known = ofKind(voting, 'classification');
  return {
    output: featureOutput(setting.model),
    references: known.samples,
    scores(rows, width, references) {
      const { rows: features, positions } = references.filled();
      const labels = positions.map((position) => known.samples[position]!.label);
      return knnVotes({ features, labels }, rows, { width, classes: classes.length, k, temperature });
    },
  };
}
