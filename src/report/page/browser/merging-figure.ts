/** One picture under several reductions: a cell for each, the same layer and view in all, with sliders for layer and α. */
import { HEAT_COLORS } from '../../merging/heat-colors.js';
import { shortNumber } from '../../merging/heat-scale.js';
import { alphasOf, choiceAt, layerNames, mergingColumns } from '../../merging/merging-columns.js';
import { type MergingPicture, variantWords } from '../../merging/merging-picture.js';
import { type MergingView, mergingViews } from '../../merging/merging-view.js';
import { darkTone } from '../dark-chart.js';
import { element } from './element.js';
import { mergingCell } from './merging-cell.js';

export const HOW_TO_POINT =
  'Point at a patch, or reach a drawing with Tab and move with the arrow keys: its token is marked under every reduction.';

/** Where the sliders begin: at the paper's own α, where it can be chosen. */
const FIRST_ALPHA = 5;

export interface MergingFigure {
  readonly part: HTMLElement;
  /** What the chosen view answers. */
  question(): string;
}

/** What a reader has chosen of a picture, kept when the page is drawn again. */
interface Chosen {
  view: MergingView;
  layer: number;
  alpha: number;
}
const choices = new WeakMap<MergingPicture, Chosen>();

/** Radio buttons of one figure share a name, and no two figures do. */
let figures = 0;

/** @param onView is called when the reader has chosen another view */
export function mergingFigure(picture: MergingPicture, isDark: boolean, onView = () => {}): MergingFigure {
  const columns = mergingColumns(picture);
  const [layers, alphas] = [layerNames(picture), alphasOf(columns)];
  // Where every reduction makes its own picture, nothing is drawn upon one that they share.
  const views = mergingViews.filter(({ name }) => picture.pngBase64 !== null || name !== 'redundancy');
  const chosen: Chosen = choices.get(picture) ?? {
    view: views[0]!,
    layer: layers.length - 1,
    alpha: Math.max(0, alphas.indexOf(FIRST_ALPHA)),
  };
  choices.set(picture, chosen);
  const group = `view-${++figures}`;

  const cells = columns.map((column) => {
    const words = element('p', { class: 'quiet' });
    const title = element('h3', {}, column.name);
    title.style.borderColor = isDark ? darkTone(column.color) : column.color;
    const cell = mergingCell(picture, element('div', { class: 'cell-head' }, title, words), (patch) => {
      for (const other of cells) other.cell.mark(patch);
    });
    return { column, words, cell };
  });
  const bar = element('span', { class: 'bar-of-heat', 'aria-hidden': 'true' });
  bar.style.background = `linear-gradient(to right, ${HEAT_COLORS.join(', ')})`;
  const [from, to, scaleWords, legend] = [1, 2, 3, 4].map(() => element('span'));
  const scaleLine = element('p', { class: 'heat' }, from, bar, to, ' · ', scaleWords);

  const draw = (): void => {
    const { view, layer, alpha } = chosen;
    const scale = view.scaleOf(picture);
    for (const { column, words, cell } of cells) {
      const { variant } = choiceAt(column, alphas[alpha]);
      words.textContent = variantWords(variant).parameters;
      cell.draw({ variant, layerName: layers[layer]!, view, scale });
    }
    scaleLine.hidden = scale === null || view.scaleWords === null;
    if (scale !== null) {
      from!.textContent = `${scale.isCut ? '≤ ' : ''}${shortNumber(scale.from)}`;
      to!.textContent = shortNumber(scale.to);
      scaleWords!.textContent = view.scaleWords;
    }
    legend!.textContent = `${view.legend}.`;
  };
  const viewChoice = element(
    'fieldset',
    { class: 'views' },
    element('legend', {}, 'Show'),
    ...views.map((one) =>
      element(
        'label',
        {},
        element('input', {
          ...{ type: 'radio', name: group, checked: one === chosen.view },
          onchange: () => {
            chosen.view = one;
            draw();
            onView();
          },
        }),
        ` ${one.name}`,
      ),
    ),
  );
  const part = element(
    'div',
    { class: 'merging' },
    element(
      'form',
      { class: 'merging-controls' },
      slider('Layer', layers, chosen.layer, (at) => {
        chosen.layer = at;
        draw();
      }),
      slider('α', alphas.map(String), chosen.alpha, (at) => {
        chosen.alpha = at;
        draw();
      }),
      viewChoice,
    ),
    element('div', { class: 'cells' }, ...cells.map(({ cell }) => cell.part)),
    scaleLine,
    element('p', { class: 'quiet' }, legend),
  );
  draw();
  return { part, question: () => chosen.view.question };
}

/** Hidden where there is one value at most. */
function slider(
  label: string,
  values: readonly string[],
  chosen: number,
  onChoice: (at: number) => void,
): HTMLElement {
  const shown = element('output', {}, values[chosen]);
  const input = element('input', {
    ...{ type: 'range', min: 0, max: Math.max(0, values.length - 1), step: 1, value: chosen },
    'aria-valuetext': values[chosen],
    oninput: () => {
      const at = Number(input.value);
      shown.textContent = values[at]!;
      input.setAttribute('aria-valuetext', values[at]!);
      onChoice(at);
    },
  });
  return element('label', { hidden: values.length < 2 }, `${label} `, input, ' ', shown);
}
