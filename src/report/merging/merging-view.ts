/**
 * One layer of one reduction over the picture, in four views: which patches are one token, how much each token means to the model, how alike the
 * merged ones were, and how many patches a token stands for.
 *
 * Source: the views of regions follow ToMe's figures (arXiv 2210.09461, figure 4): a region has its mean colour, and a border.
 */
import type { LayerMerging } from '../../reduction/layer-merging.js';
import { INK, QUIET } from '../charts/palette.js';
import { type HeatScale, heatColor, scaleOver, shortNumber } from './heat-scale.js';
import type { MergingPicture, Rgb } from './merging-picture.js';
import { areaPath, borderPath, centerOf, type PatchGrid } from './patch-paths.js';
import { regionHues } from './region-hues.js';

export interface CellSetting {
  readonly grid: PatchGrid;
  readonly patchColors: readonly Rgb[];
  /** Draws the picture itself at the grid's place. @param opacity 1 for the picture as it is */
  readonly picture: (opacity: number) => string;
  /** Of all layers and reductions on the sheet; null for a view without one. */
  readonly scale: HeatScale | null;
}

export interface MergingView {
  readonly name: string;
  /** What the sheet answers. */
  readonly question: string;
  /** How it is read. */
  readonly legend: string;
  /** Beside the colour bar; null for a view without one. */
  readonly scaleWords: string | null;
  /** Whether it has something to show of the layers of a text side. */
  readonly showsText: boolean;
  scaleOf(picture: MergingPicture): HeatScale | null;
  draw(layer: LayerMerging, setting: CellSetting): string;
  /** One line below the cell. */
  caption(layer: LayerMerging): string;
}

const regions: MergingView = {
  name: 'regions',
  question: 'Which patches have become one token?',
  legend:
    'Patches of one token have its mean colour, and a border of one colour; a patch that is still a token of its own is as sharp as it was, a dropped one is blank',
  scaleWords: null,
  showsText: true,
  scaleOf: () => null,
  draw({ regions: { ofPatch, sizes } }, { grid, patchColors, picture }) {
    const width = Math.max(1, Math.round(grid.side / 8));
    const hues = regionHues(ofPatch, { columns: grid.columns, count: sizes.length });
    const merged = patchesByRegion(ofPatch).flatMap((patches, region) =>
      patches.length < 2
        ? []
        : [
            `<path fill="${hexOf(meanColor(patches, patchColors))}" d="${areaPath(patches, grid)}"/>`,
            `<path fill="${hues[region]}" d="${borderPath(patches, grid, width)}"/>`,
          ],
    );
    return [picture(1), ...merged, blank(ofPatch, grid)].join('');
  },
  caption: (layer) =>
    layer.tokensBefore === layer.tokensAfter
      ? `${layer.tokensAfter} tokens`
      : `${layer.tokensBefore} → ${layer.tokensAfter} tokens`,
};

const semantic: MergingView = {
  name: 'semantic',
  question: 'How much does each token mean to the model?',
  legend:
    'Semantic value S of the tokens that a block is given: the attention that the class token pays to each, or where there is none, that it receives',
  scaleWords: 'S, attention to a token, in equal ratios',
  showsText: false,
  scaleOf: ({ variants }) => {
    const values = variants.flatMap(({ layers }) => layers.flatMap(({ semantic: s }) => s ?? []));
    const known = values.filter((value) => value !== null);
    return scaleOver(known, 'logarithmic', 0.02);
  },
  draw: ({ semantic: s, regions: { ofPatch } }, setting) => heat(s ?? ofPatch.map(() => null), setting),
  caption({ semantic: s }) {
    const values = (s ?? []).filter((value) => value !== null);
    return values.length === 0 ? 'not looked at' : `highest ${shortNumber(Math.max(...values))}`;
  },
};

const redundancy: MergingView = {
  name: 'redundancy',
  question: 'How alike were the tokens that were merged?',
  legend:
    'Every pair that a block merges: a line from the token that is given up to the ring that receives it',
  scaleWords: 'R, cosine of the two',
  showsText: false,
  scaleOf: ({ variants }) => {
    const pairs = variants.flatMap(({ layers }) => layers.flatMap(({ pairs: all }) => all));
    const all = pairs.map(({ redundancy: r }) => r);
    return scaleOver(all, 'linear', 0.05);
  },
  draw({ pairs, regions: { ofPatch } }, { grid, picture, scale }) {
    const unit = Math.max(1, grid.side / 5);
    const lines = pairs.map(({ source, destination, redundancy: r }) => {
      const [from, to] = [centerOf(source, grid), centerOf(destination, grid)];
      const color = heatColor(r, scale!);
      const [a, b] = [from, to].map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`);
      const around = `M${a}L${b}`;
      return [
        `<path d="${around}" stroke="${INK}" stroke-width="${(unit * 1.8).toFixed(1)}" stroke-linecap="round"/>`,
        `<path d="${around}" stroke="${color}" stroke-width="${unit.toFixed(1)}" stroke-linecap="round"/>`,
        dot(from, unit * 1.2, `fill="${color}" stroke="${INK}" stroke-width="${(unit * 0.4).toFixed(1)}"`),
        dot(to, unit * 1.8, `fill="${INK}"`),
        dot(to, unit * 1.1, `fill="white" stroke="${color}" stroke-width="${(unit * 0.8).toFixed(1)}"`),
      ].join('');
    });
    return [picture(0.35), blank(ofPatch, grid), ...lines].join('');
  },
  caption({ pairs }) {
    if (pairs.length === 0) return 'nothing merged';
    const values = pairs.map(({ redundancy: r }) => r).sort((a, b) => a - b);
    const [low, high] = [values[0]!, values.at(-1)!].map((r) => r.toFixed(2).replace('-', '−'));
    return `${pairs.length} ${pairs.length === 1 ? 'pair' : 'pairs'}, R ${low} to ${high}`;
  },
};

const sizes: MergingView = {
  name: 'sizes',
  question: 'How many patches does a token stand for?',
  legend: 'Patches of every token after the block',
  scaleWords: 'patches, in equal ratios',
  showsText: false,
  scaleOf: ({ variants }) => {
    const all = variants.flatMap(({ layers }) => layers.flatMap((layer) => layer.regions.sizes));
    return {
      from: 1,
      to: all.reduce((most, size) => Math.max(most, size), 1),
      steps: 'logarithmic',
      isCut: false,
    };
  },
  draw: ({ regions: { ofPatch, sizes: areas } }, setting) =>
    heat(
      ofPatch.map((region) => (region === null ? null : areas[region]!)),
      setting,
    ),
  caption({ regions: { sizes: areas } }) {
    const [most, merged] = [Math.max(...areas, 0), areas.filter((size) => size > 1).length];
    return most < 2 ? 'all of one patch' : `largest ${most}, ${merged} of several`;
  },
};

/** In the order in which they are drawn. */
export const mergingViews: readonly MergingView[] = [regions, semantic, redundancy, sizes];

/** The patches of every region. */
export function patchesByRegion(ofPatch: readonly (number | null)[]): number[][] {
  const patches: number[][] = [];
  for (const [patch, region] of ofPatch.entries()) {
    if (region === null) continue;
    patches[region] ??= [];
    patches[region].push(patch);
  }
  return patches;
}

/** Every patch in the colour of its value; a dropped one is blank. */
function heat(values: readonly (number | null)[], { grid, scale }: CellSetting): string {
  const byColor = new Map<string, number[]>();
  for (const [patch, value] of values.entries()) {
    if (value === null) continue;
    const color = heatColor(value, scale!);
    byColor.set(color, [...(byColor.get(color) ?? []), patch]);
  }
  const painted = [...byColor].map(
    ([color, patches]) => `<path fill="${color}" d="${areaPath(patches, grid)}"/>`,
  );
  return [blank(values, grid), ...painted].join('');
}

/** White where there is no token, with a thin frame around all, so that a blank corner is seen to be one. */
function blank(values: readonly (number | null)[], grid: PatchGrid): string {
  const none = values.flatMap((value, patch) => (value === null ? [patch] : []));
  if (none.length === 0) return '';
  const { left, top, side, rows, columns } = grid;
  const frame = `<rect x="${left + 0.5}" y="${top + 0.5}" width="${columns * side - 1}" height="${rows * side - 1}" fill="none" stroke="${QUIET}" stroke-opacity="0.4"/>`;
  return `<path fill="white" d="${areaPath(none, grid)}"/>${frame}`;
}

function dot({ x, y }: { x: number; y: number }, radius: number, paint: string): string {
  return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius.toFixed(1)}" ${paint}/>`;
}

/** All patches have as many pixels. */
export function meanColor(patches: readonly number[], colors: readonly Rgb[]): Rgb {
  const mean = (channel: 0 | 1 | 2): number =>
    patches.reduce((sum, patch) => sum + colors[patch]![channel], 0) / patches.length;
  return [mean(0), mean(1), mean(2)];
}

/** `#rrggbb` */
export function hexOf(color: Rgb): string {
  return `#${color.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;
}
