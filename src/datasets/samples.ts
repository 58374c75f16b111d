/** How many samples a dataset holds, and the pictures that they are of, whatever their kind. */
import type { DatasetContent, DatasetImage, ImageSource } from './dataset.js';

/** Pictures of a classification or captioning dataset, questions, pairs or prompts: what is scored one by one. */
export function sampleCount(content: DatasetContent): number {
  switch (content.kind) {
    case 'classification':
      return content.samples.length;
    case 'image-text':
      return content.images.length;
    case 'question-answering':
      return content.questions.length;
    case 'image-pairs':
      return content.pairs.length;
    case 'prompts':
      return content.prompts.length;
  }
}

/** All pictures in the order of the samples; a picture that stands in several pairs comes with each of them. */
export function picturesOf(content: DatasetContent): readonly DatasetImage[] {
  switch (content.kind) {
    case 'classification':
      return content.samples;
    case 'image-text':
    case 'question-answering':
      return content.images;
    case 'image-pairs':
      return content.pairs.flatMap(({ id, images }) =>
        images.map((image, side) => ({ id: `${id}-img${side}`, image })),
      );
    case 'prompts':
      return [];
  }
}

/** What a person sees of a sample: two pictures and a sentence of a pair, one picture of all others. */
export interface SampleView {
  readonly images: readonly ImageSource[];
  readonly text?: string;
}

/** Of all samples, by their ids. */
export function sampleViews(content: DatasetContent): Map<string, SampleView> {
  return content.kind === 'image-pairs'
    ? new Map(content.pairs.map(({ id, images, sentence }) => [id, { images, text: sentence }]))
    : new Map(picturesOf(content).map(({ id, image }) => [id, { images: [image] }]));
}
