/**
 * The description of one picture: everything that is in it and where, from which pixels and words are made.
 *
 * Lengths are shares of the picture's side, the origin is the top left corner.
 */

/** A crop of one texture: `x` and `y` say how far into the room that the crop leaves free, 0 to 1. */
export interface Background {
  readonly texture: number;
  readonly x: number;
  readonly y: number;
  /** Mirrored left to right after cropping. */
  readonly flip: boolean;
}

/** One sprite in the picture. */
export interface PlacedObject {
  /** Index into `concepts`. */
  readonly concept: number;
  /** Index into `styles`. */
  readonly style: number;
  /** Centre. */
  readonly x: number;
  readonly y: number;
  /** Side of the sprite's square. */
  readonly size: number;
  /** Degrees, clockwise. */
  readonly rotation: number;
  /** Mirrored left to right before rotating. */
  readonly flip: boolean;
  /** True for what captions leave out: symbols that only distract. */
  readonly distractor: boolean;
}

/** A picture before it has words. Objects are painted in list order, so later ones may hide earlier ones. */
export interface Layout {
  readonly background: Background;
  readonly objects: readonly PlacedObject[];
}

/** A picture with its captions. */
export interface Scene extends Layout {
  readonly id: number;
  readonly captions: readonly string[];
}

/** The share of a texture's side that a picture shows. */
export const cropShare = 0.75;
