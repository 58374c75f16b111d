/** An 8-bit RGB picture, rows from the top, pixels from the left. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3] */
  readonly data: Uint8Array;
}

/** Where the pixels of a sample come from: a file that is yet to be decoded, or pixels that a reader already has. */
export type ImageSource =
  | { readonly kind: 'file'; readonly path: string }
  | ({ readonly kind: 'pixels' } & RgbImage);
