/** One reduction in one layer over the picture, drawn as on a sheet; the token under the pointer is marked in every cell. */
import type { HeatScale } from '../../merging/heat-scale.js';
import { colorsOf, type MergingPicture, type MergingVariant } from '../../merging/merging-picture.js';
import { type MergingView, patchesByRegion } from '../../merging/merging-view.js';
import { borderPath, type PatchGrid } from '../../merging/patch-paths.js';
import { element } from './element.js';

/** Longest side of a drawing, in pixels, before it is made a whole number of them per patch. */
const SIDE = 272;
const SVG = 'http://www.w3.org/2000/svg';

/** What a cell is to show. */
export interface CellContent {
  readonly variant: MergingVariant;
  readonly layerName: string;
  readonly view: MergingView;
  /** Of the view, over all layers and reductions of the picture. */
  readonly scale: HeatScale | null;
}

export interface MergingCell {
  readonly part: HTMLElement;
  draw(content: CellContent): void;
  /** Marks the token of a patch. @param patch of the picture's grid; null for none */
  mark(patch: number | null): void;
}

/** @param onMark is told the patch that the reader points at, or reaches with the arrow keys */
export function mergingCell(
  picture: MergingPicture,
  heading: HTMLElement,
  onMark: (patch: number | null) => void,
): MergingCell {
  const whole = picture.grid;
  const side = Math.max(1, Math.floor(SIDE / Math.max(whole.rows, whole.columns)));
  const [width, height] = [side * whole.columns, side * whole.rows];
  const [drawing, pointer] = [document.createElementNS(SVG, 'g'), document.createElementNS(SVG, 'g')];
  const svg = document.createElementNS(SVG, 'svg');
  const attributes = { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', tabindex: 0 };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, String(value));
  svg.append(drawing, pointer);
  const caption = element('figcaption');
  const part = element('figure', {}, heading, svg, caption);

  let shown: CellContent | undefined;
  let marked: number | null = null;
  const layerOf = () => shown?.variant.layers.find(({ name }) => name === shown?.layerName);
  const gridOf = (own: MergingPicture['grid']): PatchGrid => ({
    ...{ ...own, left: 0, top: 0, side: width / own.columns },
  });

  const patchAt = (x: number, y: number): number | null => {
    const box = svg.getBoundingClientRect();
    const column = Math.floor(((x - box.left) / box.width) * whole.columns);
    const row = Math.floor(((y - box.top) / box.height) * whole.rows);
    const isInside = column >= 0 && column < whole.columns && row >= 0 && row < whole.rows;
    return isInside ? row * whole.columns + column : null;
  };
  svg.addEventListener('pointermove', ({ clientX, clientY }) => onMark(patchAt(clientX, clientY)));
  svg.addEventListener('pointerleave', () => onMark(null));
  svg.addEventListener('blur', () => onMark(null));
  svg.addEventListener('keydown', (event) => {
    const steps: Readonly<Record<string, number>> = {
      ...{ ArrowLeft: -1, ArrowRight: 1, ArrowUp: -whole.columns, ArrowDown: whole.columns },
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = marked === null ? 0 : marked + step;
    if (next >= 0 && next < whole.rows * whole.columns) onMark(next);
  });

  const mark = (patch: number | null): void => {
    marked = patch;
    const layer = layerOf();
    pointer.replaceChildren();
    if (layer === undefined || shown === undefined) return;
    caption.textContent = shown.view.caption(layer);
    if (patch === null) return;
    const own = layer.grid ?? whole;
    const factor = Math.max(1, Math.round(whole.columns / own.columns));
    const [row, column] = [Math.floor(patch / whole.columns), patch % whole.columns];
    const at = Math.floor(row / factor) * own.columns + Math.floor(column / factor);
    const { ofPatch, sizes } = layer.regions;
    const region = ofPatch[at] ?? null;
    caption.textContent = tokenWords(region === null ? null : sizes[region]!, layer.semantic?.[at] ?? null);
    if (region === null) return;
    const grid = gridOf(own);
    const line = Math.max(1, Math.round(grid.side / 10));
    for (const [color, thickness] of [['white', line + 2] as const, ['black', line] as const]) {
      const border = document.createElementNS(SVG, 'path');
      border.setAttribute('fill', color);
      border.setAttribute('d', borderPath(patchesByRegion(ofPatch)[region]!, grid, thickness));
      pointer.append(border);
    }
  };

  return {
    part,
    draw(content) {
      shown = content;
      const { variant, layerName, view, scale } = content;
      const layer = layerOf();
      if (layer === undefined) {
        drawing.replaceChildren();
        svg.setAttribute('aria-label', `${heading.textContent}: not in ${layerName}`);
        caption.textContent = `not in ${layerName}`;
        pointer.replaceChildren();
        return;
      }
      const own = layer.grid ?? whole;
      const png = variant.picture?.pngBase64 ?? picture.pngBase64;
      const image = (opacity: number): string =>
        `<image href="data:image/png;base64,${png}" width="${width}" height="${height}" preserveAspectRatio="none" opacity="${opacity}"/>`;
      // Numbers, colours and pixels that the reader of the data has checked; no text from data is among them.
      drawing.innerHTML = view.draw(layer, {
        grid: gridOf(own),
        patchColors: colorsOf(picture, variant, own),
        picture: image,
        scale,
      });
      drawing.setAttribute('shape-rendering', view.name === 'redundancy' ? 'auto' : 'crispEdges');
      svg.setAttribute('aria-label', `${heading.textContent}, ${layerName}: ${view.caption(layer)}`);
      mark(marked);
    },
    mark,
  };
}

function tokenWords(patches: number | null, semantic: number | null): string {
  if (patches === null) return 'dropped';
  const size = `a token of ${patches} ${patches === 1 ? 'patch' : 'patches'}`;
  return semantic === null ? size : `${size}, S ${Number(semantic.toPrecision(2))}`;
}
