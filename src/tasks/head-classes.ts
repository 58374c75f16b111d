/** Which logit of a classification head stands for which class of a dataset. */
import type { ImageClass } from '../datasets/dataset.js';
import { TurboError } from '../errors/turbo-error.js';
import type { Model } from '../models/model.js';

/**
 * The logit of each class: by name where the model names its labels as the dataset does, by position where there are equally many.
 *
 * @throws TurboError when the model has no head or the two do not fit
 */
export function headClasses(model: Model, classes: readonly ImageClass[], dataset: string): number[] {
  if (!model.visionOutputs.includes('logits'))
    throw new TurboError('The model has no classification head', {
      value: model.reference,
      next: 'Set zeroShot: true for a model with a text tower, or knn: {k: 20} to classify by neighbours.',
    });
  const labels = (model.labels ?? []).map(plain);
  const named = classes.map(({ id, name }) => {
    const byName = labels.indexOf(plain(name));
    return byName >= 0 ? byName : labels.indexOf(plain(id));
  });
  if (named.every((label) => label >= 0) && new Set(named).size === named.length) return named;
  if (labels.length === classes.length) return classes.map((_, index) => index);
  throw new TurboError("The head's labels and the classes of the dataset do not fit", {
    value: `${labels.length} labels, ${classes.length} classes in ${dataset}`,
    allowed: 'the same names, or equally many in the same order',
    next: 'Use a dataset that the model was trained for, or classify by neighbours: knn: {k: 20}.',
  });
}

/** `Golden retriever, retriever` and `golden_retriever` name one thing: the first of several names, without case and marks. */
function plain(name: string): string {
  return name
    .split(',')[0]!
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
