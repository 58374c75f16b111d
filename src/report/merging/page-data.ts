/**
 * The data of an interactive page of merging: one picture, columns by layers, and in each column the values of α that a reader may choose from.
 *
 * The report page takes the same data. Everything that a drawing needs is in it, so that a script only paints.
 */
import type { LayerMerging } from '../../reduction/layer-merging.js';
import { methodHue } from '../charts/palette.js';
import { HEAT_COLORS, type HeatScale } from './heat-scale.js';
import { type MergingPicture, variantWords } from './merging-picture.js';
import { hexOf, mergingViews } from './merging-view.js';
import { regionHues } from './region-hues.js';

export interface PageLayer {
  /** `block 3` or `text layer 0`. */
  readonly name: string;
  /** For every patch its region, null for a dropped one. */
  readonly regions: readonly (number | null)[];
  readonly sizes: readonly number[];
  /** Border colour of every region. */
  readonly hues: readonly string[];
  /** S of the token of every patch, four digits; null where it is not known or the patch was dropped. */
  readonly semantic: readonly (number | null)[];
  /** Patches of the token that is given up, of the one that receives it, and R. */
  readonly pairs: readonly (readonly [readonly number[], readonly number[], number])[];
  /** By view: one line below the drawing. */
  readonly captions: Readonly<Record<string, string>>;
}

/** One reduction at one α. */
export interface PageChoice {
  /** Null where the reduction has no α. */
  readonly alpha: number | null;
  readonly parameters: string;
  readonly layers: readonly PageLayer[];
}

/** A reduction; its choices differ in α alone. */
export interface PageColumn {
  readonly name: string;
  readonly color: string;
  readonly choices: readonly PageChoice[];
}

export interface MergingPageData {
  readonly model: string;
  readonly name: string;
  readonly text: string | null;
  readonly grid: { readonly rows: number; readonly columns: number };
  readonly pngBase64: string | null;
  /** `#rrggbb` of every patch. */
  readonly patchColors: readonly string[];
  /** From dark to light. */
  readonly heatColors: readonly string[];
  readonly views: readonly {
    readonly name: string;
    readonly question: string;
    readonly legend: string;
    readonly scaleWords: string | null;
    readonly scale: HeatScale | null;
  }[];
  /** Ascending; empty where no reduction has an α. */
  readonly alphas: readonly number[];
  readonly layerNames: readonly string[];
  readonly columns: readonly PageColumn[];
}

export function mergingPageData(picture: MergingPicture): MergingPageData {
  const { model, name, text, grid, pngBase64 } = picture;
  const columns = columnsOf(picture);
  const names = columns.flatMap(({ choices }) =>
    choices.flatMap(({ layers }) => layers.map((one) => one.name)),
  );
  const alphas = columns.flatMap(({ choices }) => choices.map(({ alpha }) => alpha));
  return {
    ...{ model, name, text, grid, pngBase64 },
    patchColors: picture.patchColors.map(hexOf),
    heatColors: HEAT_COLORS,
    views: mergingViews.map((view) => ({
      name: view.name,
      question: view.question,
      legend: view.legend,
      scaleWords: view.scaleWords,
      scale: view.scaleOf(picture),
    })),
    alphas: [...new Set(alphas.filter((alpha) => alpha !== null))].sort((a, b) => a - b),
    layerNames: [...new Set(names)],
    columns,
  };
}

/** Variants that differ in α alone share a column. */
function columnsOf({ variants, grid }: MergingPicture): PageColumn[] {
  const columns = new Map<string, { name: string; color: string; choices: PageChoice[] }>();
  for (const [at, variant] of variants.entries()) {
    const { alpha = null, ...others } = variant.parameters;
    const key = JSON.stringify([variant.method, others]);
    const { name } = variantWords(variant);
    const column = columns.get(key) ?? { name, color: methodHue(variant.method, at), choices: [] };
    columns.set(key, column);
    column.choices.push({
      alpha: typeof alpha === 'number' ? alpha : null,
      parameters: variantWords(variant).parameters,
      layers: variant.layers.map((layer) => pageLayer(layer, grid.columns)),
    });
  }
  return [...columns.values()].map(({ choices, ...column }) => ({ ...column, choices: byAlpha(choices) }));
}

function byAlpha(choices: readonly PageChoice[]): PageChoice[] {
  return [...choices].sort((a, b) => (a.alpha ?? 0) - (b.alpha ?? 0));
}

function pageLayer(layer: LayerMerging, columns: number): PageLayer {
  const { ofPatch, sizes } = layer.regions;
  return {
    name: layer.name,
    regions: ofPatch,
    sizes,
    hues: regionHues(ofPatch, { columns, count: sizes.length }),
    semantic: (layer.semantic ?? ofPatch.map(() => null)).map((value) => value && shortened(value)),
    pairs: layer.pairs.map(({ source, destination, redundancy }) => [
      source,
      destination,
      shortened(redundancy),
    ]),
    captions: Object.fromEntries(mergingViews.map((view) => [view.name, view.caption(layer)])),
  };
}

function shortened(value: number): number {
  return Number(value.toPrecision(4));
}
