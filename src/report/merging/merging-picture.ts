/**
 * One picture under several reductions, layer by layer: what every drawing of merging is made from, the page with sliders included.
 */
import type { LayerMerging } from '../../reduction/layer-merging.js';
import { methodName, parameterText } from '../parameter-names.js';

export type Parameters = Readonly<Record<string, string | number | boolean | null>>;

/** One reduction on the picture. */
export interface MergingVariant {
  readonly method: string;
  /** The parameters that were written down, flat. */
  readonly parameters: Parameters;
  readonly layers: readonly LayerMerging[];
  /** Tokens before the first and after the last layer, those included that are not drawn; null where tokens come back after every block. */
  readonly tokens: { readonly before: number; readonly after: number } | null;
  /** The picture that this reduction makes, where it makes its own. */
  readonly picture?: ShownPixels;
}

/** A picture as it is drawn upon. */
export interface ShownPixels {
  /** A PNG without the pixels beyond the last full patch. */
  readonly pngBase64: string;
  /** Mean colour of every patch, row by row. */
  readonly patchColors: readonly Rgb[];
}

/** A mean colour, each channel 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

export interface MergingPicture {
  /** The model's short name, and that of the picture's file. */
  readonly model: string;
  readonly name: string;
  /** What is read beside the picture; null for nothing. */
  readonly text: string | null;
  /** Patches down and across. */
  readonly grid: { readonly rows: number; readonly columns: number };
  /** What the model sees; null where every reduction makes a picture of its own. */
  readonly pngBase64: ShownPixels['pngBase64'] | null;
  readonly patchColors: ShownPixels['patchColors'];
  readonly variants: readonly MergingVariant[];
}

/** `Turbo`, and below it `r = 16, α = 5`. */
export function variantWords({ method, parameters }: MergingVariant): { name: string; parameters: string } {
  const words = Object.entries(parameters).map(([name, value]) => parameterText(name, value));
  return { name: methodName(method), parameters: words.join(', ') };
}

/** The layers that are named, in their order; all where none are named. Layers of the text side always stay. */
export function onlyLayers(picture: MergingPicture, layers: readonly number[] | null): MergingPicture {
  if (layers === null) return picture;
  const isWanted = ({ side, layer }: LayerMerging): boolean => side === 'text' || layers.includes(layer);
  const variants = picture.variants.map((variant) => ({
    ...variant,
    layers: variant.layers.filter(isWanted),
  }));
  return { ...picture, variants };
}

/** Mean colours of the patches of a layer, whose grid may be coarser than the picture's by a whole factor. */
export function colorsOf(
  { grid, patchColors }: MergingPicture,
  { picture }: MergingVariant,
  { rows, columns }: MergingPicture['grid'],
): readonly Rgb[] {
  const fine = picture?.patchColors ?? patchColors;
  const factor = Math.max(1, Math.round(grid.columns / columns));
  if (factor === 1) return fine;
  return Array.from({ length: rows * columns }, (_, patch) => {
    const [top, left] = [Math.floor(patch / columns) * factor, (patch % columns) * factor];
    const inside = Array.from({ length: factor * factor }, (__, at) => {
      const [row, column] = [top + Math.floor(at / factor), left + (at % factor)];
      return row < grid.rows && column < grid.columns ? fine[row * grid.columns + column]! : null;
    }).filter((color) => color !== null);
    const mean = (channel: 0 | 1 | 2): number =>
      inside.reduce((sum, color) => sum + color[channel], 0) / inside.length;
    return [mean(0), mean(1), mean(2)];
  });
}

/** A variant's part of {@link mergingData}. */
export type VariantData = Omit<MergingVariant, 'picture'>;

/** The data of a picture without any pixels, for programs. */
export function mergingData({ model, name, text, grid, variants }: MergingPicture) {
  const data = variants.map(({ picture: _, ...variant }): VariantData => variant);
  return { model, name, text, grid, variants: data };
}

/** Four digits of every S and R, and whole colours: what a drawing can show. */
export function shortened(picture: MergingPicture): MergingPicture {
  const digits = (value: number): number => Number(value.toPrecision(4));
  const whole = <Colored extends Pick<ShownPixels, 'patchColors'>>(pixels: Colored): Colored => ({
    ...pixels,
    patchColors: pixels.patchColors.map((color) => color.map(Math.round) as unknown as Rgb),
  });
  const variants = picture.variants.map((variant) => ({
    ...variant,
    ...(variant.picture === undefined ? {} : { picture: whole(variant.picture) }),
    layers: variant.layers.map((layer) => ({
      ...layer,
      semantic: layer.semantic?.map((value) => value && digits(value)) ?? null,
      pairs: layer.pairs.map((pair) => ({ ...pair, redundancy: digits(pair.redundancy) })),
    })),
  }));
  return { ...whole(picture), variants };
}
