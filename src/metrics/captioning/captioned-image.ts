/** One image of a captioning data set as its metrics see it, and what every one of them asks of it. */
import { TurboError } from '../../errors/turbo-error.js';

export interface CaptionedImage {
  /** What the model wrote. May be empty, and then scores nothing. */
  candidate: string;
  /** What people wrote, at least one. */
  references: readonly string[];
}

/** Throws unless there are images and each has a reference. */
export function requireReferences(images: readonly CaptionedImage[]): void {
  if (images.length === 0)
    throw new TurboError('There are no captions to score', {
      value: 0,
      allowed: 'at least 1 image with a candidate and its references',
      next: 'Check that the split of the dataset is not empty and that the subset does not exclude every image.',
    });
  const bare = images.findIndex(({ references }) => references.length === 0);
  if (bare === -1) return;
  throw new TurboError('An image has no reference caption to compare with', {
    where: `image ${bare} (counted from 0), candidate ${JSON.stringify(images[bare]!.candidate)}`,
    value: [],
    allowed: 'at least 1 reference caption per image; COCO has 5',
    next: 'Check the annotation file of the dataset, or leave the image out.',
  });
}
