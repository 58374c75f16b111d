/** Measured beside published, where the run reproduces a table. */
import type { ShownReproduction } from '../../reference/reproduction-page.js';
import { type Child, element, section } from './element.js';

/** @param number tells the sections of two runs apart */
export function reproductionSection(
  { title, source, experiment, remarks, conditions, legend, columns, rows, notes }: ShownReproduction,
  number: number,
): HTMLElement {
  const cited = source.url === null ? source.text : element('a', { href: source.url }, source.text);
  return section(
    `reproduction-${number}`,
    'How does it compare with what was published?',
    element('p', { class: 'lead' }, `${title}. Published: `, cited, `. Measured: ${experiment}.`),
    ...remarks.map((remark) => element('p', {}, remark)),
    table(
      columns.map(({ heading }) => heading),
      rows.map(({ cells, isValid }) =>
        columns.map(({ key }) =>
          !isValid && (key === 'measured' || key === 'difference')
            ? element('s', {}, cells[key])
            : cells[key],
        ),
      ),
    ),
    element('p', { class: 'quiet' }, legend),
    element('h3', {}, 'Conditions that differ'),
    conditions.length === 0
      ? element('p', {}, 'None that the source states.')
      : table(
          ['condition', 'published', 'measured'],
          conditions.map(({ condition, published, measured }) => [condition, published, measured]),
        ),
    ...(notes.length === 0 ? [] : [element('h3', {}, 'Notes on the source'), list(notes)]),
  );
}

function table(headings: readonly string[], rows: readonly (readonly Child[])[]): HTMLElement {
  return element(
    'div',
    { class: 'scroll reproduction', tabindex: 0, role: 'group', 'aria-label': 'Table' },
    element(
      'table',
      {},
      element(
        'thead',
        {},
        element('tr', {}, ...headings.map((heading) => element('th', { scope: 'col' }, heading))),
      ),
      element(
        'tbody',
        {},
        ...rows.map((cells) => element('tr', {}, ...cells.map((cell) => element('td', {}, cell)))),
      ),
    ),
  );
}

function list(items: readonly string[]): HTMLElement {
  return element('ul', {}, ...items.map((item) => element('li', {}, item)));
}
