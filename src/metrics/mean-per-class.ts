/**
 * Mean per-class accuracy: every class counts the same, however many samples it has.
 *
 * Source: balanced accuracy (Brodersen et al., ICPR 2010), as scikit-learn's `balanced_accuracy_score`.
 */
import { requireShape } from './shape.js';

/**
 * Accuracy of each class; NaN for a class without samples.
 *
 * @param predicted `[samples]` @param labels `[samples]` @returns `[classes]`
 */
export function perClassAccuracy(
  predicted: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): Float64Array {
  requireShape('predictions', predicted.length, [labels.length]);
  const count = new Float64Array(classes);
  const right = new Float64Array(classes);
  for (let sample = 0; sample < labels.length; sample++) {
    const label = labels[sample]!;
    count[label]!++;
    if (predicted[sample] === label) right[label]!++;
  }
  return right.map((hits, label) => hits / count[label]!);
}

/** Mean of the per-class accuracies over the classes that have samples. */
export function meanPerClassAccuracy(
  predicted: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): number {
  const present = perClassAccuracy(predicted, labels, classes).filter((accuracy) => !Number.isNaN(accuracy));
  return present.reduce((sum, accuracy) => sum + accuracy, 0) / present.length;
}
