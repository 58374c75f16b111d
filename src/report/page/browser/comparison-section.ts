/** Two runs side by side, trial by trial: the same settings in A and in B. */
import { methodHue } from '../../charts/palette.js';
import { headlineMetric, shownScale } from '../../metric-names.js';
import type { TrialGroup } from '../../trial-groups.js';
import { trialNames } from '../../trial-name.js';
import { isBaseline, type TrialRow } from '../../trial-row.js';
import { speedText } from '../answer.js';
import { matchedTrials } from '../matched-trials.js';
import { dot, element, section } from './element.js';

export function comparisonSection(
  a: TrialGroup,
  b: TrialGroup,
  onTrial: (trial: string) => void,
): HTMLElement {
  const metric = headlineMetric([...a.rows, ...b.rows]);
  const name = trialNames([...a.rows, ...b.rows]);
  const value = (row: TrialRow | undefined): number | undefined => {
    const found = metric === undefined ? undefined : row?.metrics[metric.name];
    return metric === undefined || typeof found !== 'number' ? undefined : shownScale(metric) * found;
  };
  const digits = metric?.digits ?? (metric?.unit === 'fraction' ? 1 : 2);
  const valueCell = (row: TrialRow | undefined): HTMLElement => {
    const found = value(row);
    return element('td', { class: 'number' }, struck(row, found === undefined ? '–' : found.toFixed(digits)));
  };
  const speedCell = (row: TrialRow | undefined): HTMLElement =>
    element('td', { class: 'number' }, struck(row, row === undefined ? '–' : speedText(row)));
  const lines = matchedTrials(a.rows, b.rows).map(([one, other]) => {
    const row = (one ?? other)!;
    const [before, after] = [value(one), value(other)];
    const difference = before === undefined || after === undefined ? undefined : after - before;
    return element(
      'tr',
      {},
      element(
        'th',
        { scope: 'row' },
        dot(isBaseline(row) ? 'currentColor' : methodHue(row.method, 0)),
        element('button', { class: 'link', onclick: () => onTrial(row.trial) }, name(row)),
      ),
      ...[valueCell(one), valueCell(other)],
      element('td', { class: 'number' }, difference === undefined ? '–' : signed(difference, digits)),
      ...[speedCell(one), speedCell(other)],
    );
  });
  const heading = metric?.heading ?? 'metric';
  const heads = ['setting', `${heading}, A`, `${heading}, B`, 'B − A', 'speed-up, A', 'speed-up, B'];
  return section(
    'comparison',
    'What differs between A and B?',
    element(
      'p',
      { class: 'lead' },
      'The same settings side by side; a dash where only one run has them. Struck through: not valid.',
    ),
    element(
      'div',
      { class: 'scroll', role: 'region', 'aria-label': 'A beside B', tabindex: 0 },
      element(
        'table',
        { class: 'trials' },
        element(
          'thead',
          {},
          element(
            'tr',
            {},
            ...heads.map((text, at) => element('th', { scope: 'col', class: at > 0 ? 'number' : '' }, text)),
          ),
        ),
        element('tbody', {}, ...lines),
      ),
    ),
  );
}

function struck(row: TrialRow | undefined, text: string): HTMLElement | string {
  return row === undefined || row.status === 'completed' || text === '–' ? text : element('s', {}, text);
}

function signed(difference: number, digits: number): string {
  const text = Math.abs(difference).toFixed(digits);
  if (Number(text) === 0) return `±${text}`;
  return `${difference < 0 ? '−' : '+'}${text}`;
}
