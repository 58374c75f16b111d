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
