/** What the ways of generating ask of a decoder: it knows the image and what was said so far, and tells what may come next. */

/** Logits of the next token, one row per sequence. */
export interface NextTokens {
  /** [sequences, vocabulary]; the caller may write into it. */
  readonly logits: Float32Array;
  readonly vocabulary: number;
  /** log Σ exp of each row. */
  readonly logNormalizer: Float32Array;
}

/** A batch of images, each with the same number of beams. */
export interface SequenceDecoder {
  /** Images that are still being told about. */
  readonly images: number;
  /** Reads the prompt, the same for all; one row per image, since their beams do not differ yet. */
  start(prompt: readonly number[]): Promise<NextTokens>;
  /**
   * Goes on by one token in every beam; one row per beam, beams of an image side by side.
   *
   * @param tokens [images · beams]
   * @param parents [images · beams], the beam of the same image that each new beam continues
   */
  step(tokens: ArrayLike<number>, parents: ArrayLike<number>): Promise<NextTokens>;
  /** Lets all but these images go, which keep their order. */
  keep(images: readonly number[]): Promise<void>;
  /** Frees what it holds. Safe to call again. */
  release(): void;
}

/** Ids that matter to a search. */
export interface SearchTokens {
  readonly endId: number;
  readonly padId: number;
}

/** A generated text. */
export interface GeneratedSequence {
  /** With the prompt and, where it ended, the end token. */
  readonly ids: readonly number[];
  /** Sum of log-probabilities over length^lengthPenalty; null where none is defined. */
  readonly score: number | null;
}
