/**
 * How alike images and texts are: scaled products of unit vectors.
 *
 * Source: CLIP (arXiv 2103.00020, figure 3); SigLIP adds a bias (arXiv 2303.15343).
 */
import type { TensorData } from '../engines/index.js';
import type { Model } from './model.js';

/**
 * `logitScale · a · bᵀ + logitBias`, summed in float64.
 *
 * @param a [A, C]
 * @param b [B, C]
 * @returns [A, B]
 */
export function similarityLogits(
  a: TensorData,
  b: TensorData,
  { logitScale, logitBias }: { readonly logitScale: number; readonly logitBias: number },
): TensorData {
  const [rows, width] = a.shape as [number, number];
  const columns = b.shape[0]!;
  const data = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let c = 0; c < width; c++) {
        sum += Number(a.data[row * width + c]) * Number(b.data[column * width + c]);
      }
      data[row * columns + column] = logitScale * sum + logitBias;
    }
  }
  return { dtype: 'float32', shape: [rows, columns], data };
}

/** `logits_per_image` and `logits_per_text` where both towers ran, otherwise nothing. */
export function similarityOutputs(
  { logitScale, logitBias }: Pick<Model, 'logitScale' | 'logitBias'>,
  { image_embeds: images, text_embeds: texts }: Readonly<Record<string, TensorData>>,
): Record<string, TensorData> {
  if (images === undefined || texts === undefined || logitScale === null || logitBias === null) return {};
  const scale = { logitScale, logitBias };
  return {
    logits_per_image: similarityLogits(images, texts, scale),
    logits_per_text: similarityLogits(texts, images, scale),
  };
}
