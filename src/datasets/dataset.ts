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

/** A picture that captions or questions refer to. */
export interface DatasetImage {
  readonly id: string;
  readonly image: ImageSource;
  /** The part of the dataset that it belongs to, such as nocaps' `out-domain`, where results are told apart by it. */
  readonly group?: string;
}

export interface Caption {
  readonly text: string;
  /** Index into `images`. */
  readonly image: number;
}

export interface RetrievalContent {
  readonly kind: 'image-text';
  readonly images: readonly DatasetImage[];
  /** Several per image; those of one image stand together, in the order of `images`. */
  readonly captions: readonly Caption[];
}

export interface Question {
  readonly id: string;
  readonly text: string;
  /** Index into `images`. */
  readonly image: number;
  /** What people answered, as they gave it: ten answers in VQAv2, equal ones among them; at least one. */
  readonly answers: readonly string[];
  /** `yes/no`, `number` or `other` in VQAv2. */
  readonly answerType?: string;
  /** How the question begins, such as `what color is the`. */
  readonly questionType?: string;
}

export interface QuestionAnsweringContent {
  readonly kind: 'question-answering';
  /** Those that a question is about, in the order in which they are first asked about. */
  readonly images: readonly DatasetImage[];
  readonly questions: readonly Question[];
  /** The answers that a model chooses among when it ranks instead of writing; each once. */
  readonly answerList?: readonly string[];
}

/** Two pictures, and a sentence that is true or false of them. */
export interface ImagePair {
  readonly id: string;
  /** Left and right. */
  readonly images: readonly [ImageSource, ImageSource];
  readonly sentence: string;
  /** Whether the sentence is true. */
  readonly label: boolean;
}

export interface ImagePairContent {
  readonly kind: 'image-pairs';
  readonly pairs: readonly ImagePair[];
}

/** What a picture is to be made of. */
export interface Prompt {
  readonly text: string;
  /** Index into `classes` of what is to be seen; null where the set does not say. */
  readonly label: number | null;
}

export interface PromptContent {
  readonly kind: 'prompts';
  /** Empty where the prompts name none. */
  readonly classes: readonly ImageClass[];
  /** Zero-shot prompts with `{}` in the place of the class name. */
  readonly templates: readonly string[];
  readonly prompts: readonly Prompt[];
}

/** What a reader of a format returns. */
export type DatasetContent =
  | ClassificationContent
  | RetrievalContent
  | QuestionAnsweringContent
  | ImagePairContent
  | PromptContent;

interface Identity {
  readonly name: string;
  readonly split: string;
  /** sha256 of all that can change a result: see `digest.ts`. Reads the pictures, so only who makes a key asks for it. */
  digest(): Promise<string>;
}

export interface ClassificationDataset extends Identity, ClassificationContent {}
export interface RetrievalDataset extends Identity, RetrievalContent {}
export interface QuestionAnsweringDataset extends Identity, QuestionAnsweringContent {}
export interface ImagePairDataset extends Identity, ImagePairContent {}
export interface PromptDataset extends Identity, PromptContent {}
export type Dataset =
  | PromptDataset
  | ClassificationDataset
  | RetrievalDataset
  | QuestionAnsweringDataset
  | ImagePairDataset;
