/** The columns of a page of merging: a reduction each, in which a reader may choose among values of α; and the layers that it has. */
import type { LayerMerging } from '../../reduction/layer-merging.js';
import { BASELINE_COLOR, methodHue } from '../charts/palette.js';
import { BASELINE_METHOD } from '../trial-row.js';
import { type MergingPicture, type MergingVariant, variantWords } from './merging-picture.js';

/** One reduction at one α. */
export interface MergingChoice {
  /** Null where the reduction has no α. */
  readonly alpha: number | null;
  readonly variant: MergingVariant;
}

/** A reduction; its choices differ in α alone, in ascending order. */
export interface MergingColumn {
  readonly name: string;
  readonly color: string;
  readonly choices: readonly MergingChoice[];
}

/** Variants that differ in α alone share a column. */
export function mergingColumns({ variants }: Pick<MergingPicture, 'variants'>): MergingColumn[] {
  const columns = new Map<string, { name: string; color: string; choices: MergingChoice[] }>();
  for (const [at, variant] of variants.entries()) {
    const { alpha, ...others } = variant.parameters;
    const key = JSON.stringify([variant.method, others]);
    const color = variantColor(variant, at);
    const column = columns.get(key) ?? { name: variantWords(variant).name, color, choices: [] };
    columns.set(key, column);
    column.choices.push({ alpha: typeof alpha === 'number' ? alpha : null, variant });
  }
  return [...columns.values()].map(({ choices, ...column }) => ({
    ...column,
    choices: choices.sort((a, b) => (a.alpha ?? 0) - (b.alpha ?? 0)),
  }));
}

/** The colour of a method above its column. @param at its position among the variants */
export function variantColor({ method }: MergingVariant, at: number): string {
  return method === BASELINE_METHOD ? BASELINE_COLOR : methodHue(method, at);
}

/** Every α that some column lets a reader choose, ascending; empty where there is nothing to choose. */
export function alphasOf(columns: readonly MergingColumn[]): number[] {
  const choosing = columns.filter(({ choices }) => choices.length > 1);
  const alphas = choosing.flatMap(({ choices }) => choices.flatMap(({ alpha }) => alpha ?? []));
  return [...new Set(alphas)].sort((a, b) => a - b);
}

/** The choice of a column at this α; its first one where it has no such α. */
export function choiceAt({ choices }: MergingColumn, alpha: number | undefined): MergingChoice {
  return choices.find((choice) => choice.alpha === alpha) ?? choices[0]!;
}

/** Names of all layers that some variant shows, those of the image side first. */
export function layerNames({ variants }: Pick<MergingPicture, 'variants'>): string[] {
  const known = new Map<string, LayerMerging>();
  for (const { layers } of variants) for (const layer of layers) known.set(layer.name, layer);
  const order = ({ side, layer }: LayerMerging): number => (side === 'image' ? 0 : 1e6) + layer;
  return [...known].sort(([, a], [, b]) => order(a) - order(b)).map(([name]) => name);
}
