/** Samples that a report shows beside what every variant said about them. */

/** One of them, with what one variant said. */
export interface ShownExample {
  /** Its id in the dataset. */
  readonly sample: string;
  /** Key of its picture. */
  readonly picture: string;
  readonly question: string | null;
  readonly said: string;
  readonly expected: string;
  /** The sample's own part in the headline metric. */
  readonly score: number;
}

/** A small JPEG, named by what it shows, so that a journal holds it once however many trials show it. */
export interface Picture {
  readonly key: string;
  readonly jpegBase64: string;
}

/** What a reader sees of a sample that a model gets right or wrong. */
export interface KeptSample {
  /** Keys of its pictures: two of an image pair, left and right. */
  readonly pictures: readonly string[];
  /** The sentence that is true or false of them; left out where there is none. */
  readonly text?: string;
}

/** What is kept of a sample, by its dataset and its id there; undefined where nothing is. */
export type KeptSamples = (dataset: string, sample: string) => KeptSample | undefined;
