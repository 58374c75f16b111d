/**
 * The emoji sets that the scenes are drawn with, one art style each.
 *
 * All come from npm (`@iconify-json/<id>`), all under licences without share-alike.
 */

/** One art style. */
export interface Style {
  /** Name of the npm package after `@iconify-json/`. */
  readonly id: string;
  /** True for the one style that training and validation never see. */
  readonly heldOut: boolean;
}

/** Order matters: sprites, scenes and attribution refer to a style by its index here. */
export const styles: readonly Style[] = [
  { id: 'twemoji', heldOut: false },
  { id: 'emojione', heldOut: true },
  { id: 'noto', heldOut: false },
  { id: 'noto-v1', heldOut: false },
  { id: 'fxemoji', heldOut: false },
  { id: 'fluent-emoji-flat', heldOut: false },
  { id: 'fluent-emoji', heldOut: false },
];

/** Index of the style that only the unseen test split uses. */
export const heldOutStyle = styles.findIndex((style) => style.heldOut);
