/** What a task gets to see of a dataset, whatever its format on the disk. */
import type { ImageSource } from '../images/rgb-image.js';

export type { ImageSource } from '../images/rgb-image.js';

export interface ImageClass {
  /** Folder or key, such as `n01440764`. */
  readonly id: string;
  /** What stands in a prompt, such as `tench`. */
  readonly name: string;
}

export interface ClassificationSample {
  readonly id: string;
  readonly image: ImageSource;
  /** Index into `classes`. */
  readonly label: number;
}

export interface ClassificationContent {
  readonly kind: 'classification';
  readonly classes: readonly ImageClass[];
  /** Prompts with `{}` in the place of the class name. */
  readonly templates: readonly string[];
  readonly samples: readonly ClassificationSample[];
}

export interface RetrievalImage {
  readonly id: string;
  readonly image: ImageSource;
}

export interface Caption {
  readonly text: string;
  /** Index into `images`. */
  readonly image: number;
}

export interface RetrievalContent {
  readonly kind: 'image-text';
  readonly images: readonly RetrievalImage[];
  /** Several per image; those of one image stand together, in the order of `images`. */
  readonly captions: readonly Caption[];
}

/** What a reader of a format returns. */
export type DatasetContent = ClassificationContent | RetrievalContent;

interface Identity {
  readonly name: string;
  readonly split: string;
  /** sha256 of all that can change a result: see `digest.ts`. */
  readonly digest: string;
}

export interface ClassificationDataset extends Identity, ClassificationContent {}
export interface RetrievalDataset extends Identity, RetrievalContent {}
export type Dataset = ClassificationDataset | RetrievalDataset;
