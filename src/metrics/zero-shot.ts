/**
 * A classifier made of text: the class weights of zero-shot classification with several prompts per class.
 *
 * Source: CLIP (Radford et al., ICML 2021), section 3.1.4 and its notebook `Prompt_Engineering_for_ImageNet`:
 * normalise each prompt's embedding, average over the prompts, normalise again.
 */
import { requireShape } from './shape.js';
import { rowProduct, unitRows } from './unit-rows.js';

/**
 * @param prompts `[classes, templates, width]`
 * @returns `[classes, width]`, rows of unit length
 */
export function zeroShotClassifier(
  prompts: ArrayLike<number>,
  classes: number,
  templates: number,
  width: number,
): Float64Array {
  requireShape('prompt embeddings', prompts.length, [classes, templates, width]);
  const unit = unitRows(prompts, width);
  const sums = new Float64Array(classes * width);
  for (let row = 0; row < classes * templates; row++) {
    const target = Math.floor(row / templates) * width;
    for (let at = 0; at < width; at++) sums[target + at]! += unit[row * width + at]!;
  }
  return unitRows(sums, width);
}

/**
 * `scale · cos(image, class)` for every image and class.
 *
 * @param images `[samples, width]` @param classifier `[classes, width]` of unit rows @returns `[samples, classes]`
 */
export function zeroShotLogits(
  images: ArrayLike<number>,
  classifier: Float64Array,
  width: number,
  scale = 100,
): Float64Array {
  const unit = unitRows(images, width);
  const [samples, classes] = [unit.length / width, classifier.length / width];
  const logits = new Float64Array(samples * classes);
  for (let sample = 0; sample < samples; sample++) {
    for (let label = 0; label < classes; label++) {
      logits[sample * classes + label] = scale * rowProduct(unit, sample, classifier, label, width);
    }
  }
  return logits;
}
