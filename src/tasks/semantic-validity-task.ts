/** Semantic validity as a task: images of a dataset, one Spearman's ρ for each layer. */
import type { Dataset, DatasetImage } from '../datasets/dataset.js';
import { picturesOf } from '../datasets/samples.js';
import { TurboError } from '../errors/turbo-error.js';
import type { BadSample } from '../images/prefetch.js';
import { semanticValidityMetric } from '../metrics/semantic-validity.js';
import type { Model } from '../models/model.js';
import type { SemanticValidityOptions } from './options.js';
import { measureSemanticValidity, observable } from './semantic-validity.js';
import type { Measurement, TaskSetting } from './task.js';
import { taskDataset } from './task-dataset.js';

/** @throws TurboError for random weights, a dataset without pictures, and a layer that the model does not have */
export function probeable(
  { layers }: SemanticValidityOptions,
  model: Model,
  dataset: Dataset,
): { readonly samples: readonly DatasetImage[]; readonly layers: readonly number[] } {
  if (model.weightsKind === 'random')
    throw new TurboError('Random weights mean nothing, so that nothing can be learned from their attention', {
      value: model.reference,
      next: 'Take this task out, or name a model with weights.',
    });
  const samples = picturesOf(dataset);
  if (samples.length === 0)
    throw new TurboError(`the dataset ${dataset.name} holds no pictures`, {
      value: dataset.name,
      allowed: 'a dataset of pictures',
      next: 'turbo-bench list datasets',
    });
  const wanted = layers ?? Array.from({ length: model.encoder.layerCount }, (_, layer) => layer);
  observable(model, wanted);
  return { samples, layers: wanted };
}

export async function prepareSemanticValidity(
  options: SemanticValidityOptions,
  { model, engine, session, seed }: TaskSetting,
): Promise<Measurement> {
  const { images: limit, tokensPerImage } = options;
  const { samples, layers } = probeable(options, model, await taskDataset(options, { limit, seed }));
  return {
    kind: 'measurement',
    async measure(pool, batchSize, onProgress) {
      const badSamples: BadSample[] = [];
      const images: Float32Array[] = [];
      for (const [index, { id, image }] of samples.entries()) {
        try {
          images.push(await pool.preprocess(image));
        } catch (thrown) {
          if (!(thrown instanceof TurboError)) throw thrown;
          badSamples.push({ index, id, reason: thrown.what });
        }
      }
      let done = 0;
      const results = await measureSemanticValidity({
        ...{ model, engine, session, images, layers, tokensPerImage, batchSize },
        onLayer: () => onProgress(++done, layers.length),
      });
      const known = results.filter(({ spearman }) => !Number.isNaN(spearman));
      const metrics = known.map(({ layer, spearman }) => [semanticValidityMetric(layer), spearman] as const);
      return { metrics: Object.fromEntries(metrics), sampleCount: images.length, badSamples };
    },
  };
}
