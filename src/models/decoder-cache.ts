/**
 * What a decoder keeps between two steps, where it runs: the keys and values of what was said, and what the image is to every step.
 *
 * Rows are those of positions and sequences, position by position: row `position · images + image` after the prompt, and then one for every beam of an image.
 */
import type { TensorData } from '../engines/index.js';

export type Feeds = Readonly<Record<string, TensorData>>;

export interface DecoderCache {
  /** Runs the prompt's graph and keeps what its pass leaves for the steps. */
  prompt(feeds: Feeds, images: number): Promise<Feeds>;
  /** Runs the graph of a step beside what is kept, and adds the rows of its token at the end. */
  step(feeds: Feeds): Promise<Feeds>;
  /** Keeps some images, and some rows in a new order. */
  keep(images: readonly number[], rows: ArrayLike<number>): Promise<void>;
  /** Frees what is kept. Safe to call again. */
  release(): void;
}

/** Names of what the prompt's graph returns: an image as a step sees it, and keys or values of a layer. */
export const OF_IMAGE = /^image(?:_columns)?\.\d+$/;
export const OF_TEXT = /^(?:keys|values)\.\d+$/;
