/** The table of a group: the columns of tables.md, to be sorted and filtered. */
import { methodHue } from '../../charts/palette.js';
import { methodName } from '../../parameter-names.js';
import type { TableColumn } from '../../table-cells.js';
import { columnsOf, significanceNote } from '../../tables.js';
import type { TrialGroup } from '../../trial-groups.js';
import { trialNames } from '../../trial-name.js';
import { isBaseline, type TrialRow } from '../../trial-row.js';
import { darkTone } from '../dark-chart.js';
import type { Choice } from './choice.js';
import { type Child, dot, element, section, select } from './element.js';

/** Rows that are drawn at once; the rest on demand, so that thousands do not slow the page. */
const SHOWN = 200;

interface TableSetting {
  readonly group: TrialGroup;
  readonly choice: Choice;
  readonly isDark: boolean;
  readonly onChange: (changes: Partial<Choice>) => void;
  readonly onTrial: (trial: string) => void;
}

interface TableLine {
  readonly row: TrialRow;
  readonly texts: readonly string[];
  /** What the text filter looks in, in lower case. */
  readonly haystack: string;
}

export function tableSection(setting: TableSetting): HTMLElement {
  const { group, onChange } = setting;
  let { choice } = setting;
  const columns = columnsOf(group);
  const name = trialNames(group.rows);
  const lines = [...group.rows]
    .sort((a, b) => Number(isBaseline(b)) - Number(isBaseline(a)))
    .map((row): TableLine => {
      const texts = columns.map(({ cell }) => cell(row));
      return { row, texts, haystack: [name(row), row.trial, row.reason, ...texts].join(' ').toLowerCase() };
    });
  const count = element('p', { class: 'quiet', role: 'status' });
  const body = element('tbody', {});
  const heads = columns.map(({ heading, align }, at) =>
    headCell(heading, align, () => change({ sort: next(at) })),
  );
  const more = element('button', { class: 'more', onclick: () => draw(Number.POSITIVE_INFINITY) });

  /** Falling, then rising, then the order of the experiment. */
  const next = (at: number): string => {
    const heading = columns[at]!.heading;
    if (choice.sort === `-${heading}`) return heading;
    return choice.sort === heading ? '' : `-${heading}`;
  };
  const change = (changes: Partial<Choice>): void => {
    choice = { ...choice, ...changes };
    onChange(changes);
    draw(SHOWN);
  };
  const draw = (most: number): void => {
    const matching = sorted(
      lines.filter((line) => matches(line, choice)),
      columns,
      choice.sort,
    );
    body.replaceChildren(...matching.slice(0, most).map((line) => tableRow(line, columns, setting)));
    count.textContent = `${matching.length.toLocaleString('en')} of ${lines.length.toLocaleString('en')} trials`;
    more.textContent = `Show all ${matching.length.toLocaleString('en')}`;
    more.hidden = matching.length <= most;
    for (const [at, head] of heads.entries()) {
      const { heading } = columns[at]!;
      head.ariaSort =
        choice.sort === heading ? 'ascending' : choice.sort === `-${heading}` ? 'descending' : 'none';
    }
  };
  draw(SHOWN);
  const words = element('input', {
    type: 'search',
    value: choice.text,
    placeholder: 'method, parameter, reason',
    oninput: () => change({ text: words.value }),
  });
  const methods = [...new Set(group.rows.map(({ method }) => method))];
  return section(
    'trials',
    'All trials',
    element(
      'div',
      { class: 'chooser', role: 'search', 'aria-label': 'Filter the table' },
      element('label', { class: 'field wide' }, element('span', {}, 'Contains'), words),
      select(
        'Method',
        [{ value: '', text: 'all' }, ...methods.map((value) => ({ value, text: methodName(value) }))],
        choice.method,
        (method) => change({ method }),
      ),
      select(
        'Status',
        [
          { value: '', text: 'all' },
          { value: 'valid', text: 'valid' },
          { value: 'invalid', text: 'not valid' },
        ],
        choice.status,
        (status) => change({ status }),
      ),
      count,
    ),
    element(
      'div',
      { class: 'scroll wide-part', role: 'region', 'aria-label': 'Table of trials', tabindex: 0 },
      element(
        'table',
        { class: 'trials' },
        element('caption', {}, group.title),
        element('thead', {}, element('tr', {}, ...heads)),
        body,
      ),
    ),
    more,
    element(
      'p',
      { class: 'quiet' },
      'Accuracies in per cent; in brackets the difference to the unreduced model in percentage points. Speed-up with its 95 % interval. Choose a trial for all that is known of it. ',
      significanceNote(group.rows),
    ),
  );
}

function headCell(heading: string, align: string, onclick: () => void): HTMLTableCellElement {
  return element(
    'th',
    { scope: 'col', class: align === 'right' ? 'number' : '' },
    element('button', { onclick }, heading, element('span', { class: 'arrow', 'aria-hidden': 'true' })),
  );
}

function tableRow(
  { row, texts }: TableLine,
  columns: readonly TableColumn[],
  { onTrial, isDark }: TableSetting,
): HTMLElement {
  const isValid = row.status === 'completed';
  const hue = isBaseline(row) ? '#000000' : methodHue(row.method, 0);
  const cells = texts.map((text, at) => {
    const { heading, align } = columns[at]!;
    const kept = isValid || heading === 'note' || text === '' || text === '–';
    const content: Child = kept ? text : element('s', {}, text);
    if (heading === 'note') return element('td', { class: 'note' }, element('div', { title: text }, content));
    if (at > 0) return element('td', { class: align === 'right' ? 'number' : '' }, content);
    return element(
      'th',
      { scope: 'row' },
      dot(isDark ? darkTone(hue) : hue),
      element('button', { class: 'link', onclick: () => onTrial(row.trial) }, content),
    );
  });
  const onclick = (event: Event): void => {
    if (!(event.target instanceof HTMLButtonElement)) onTrial(row.trial);
  };
  return element('tr', { class: isValid ? '' : 'not-valid', 'data-trial': row.trial, onclick }, ...cells);
}

function matches({ row, haystack }: TableLine, { text, method, status }: Choice): boolean {
  const isValid = row.status === 'completed';
  return (
    (method === '' || row.method === method) &&
    (status === '' || (status === 'valid') === isValid) &&
    text
      .toLowerCase()
      .split(/\s+/)
      .every((word) => haystack.includes(word))
  );
}

/** By the number that a cell begins with, or by its text; empty cells last. */
function sorted(
  lines: readonly TableLine[],
  columns: readonly TableColumn[],
  sort: string,
): readonly TableLine[] {
  const falls = sort.startsWith('-');
  const at = columns.findIndex(({ heading }) => heading === (falls ? sort.slice(1) : sort));
  if (sort === '' || at < 0) return lines;
  const direction = falls ? -1 : 1;
  return [...lines].sort((a, b) => {
    const [one, other] = [a.texts[at]!, b.texts[at]!];
    const isEmpty = (text: string): boolean => text === '' || text === '–';
    if (isEmpty(one) || isEmpty(other)) return Number(isEmpty(one)) - Number(isEmpty(other));
    const [first, second] = [leadingNumber(one), leadingNumber(other)];
    if (Number.isNaN(first) || Number.isNaN(second))
      return direction * one.localeCompare(other, 'en', { numeric: true });
    return direction * (first - second);
  });
}

function leadingNumber(text: string): number {
  return Number.parseFloat(text.replace('−', '-').replaceAll(',', ''));
}
