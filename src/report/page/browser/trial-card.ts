/** All that is known of one trial, in a dialog: parameters, validity, figures, tokens, timings, provenance and how to run it alone. */
import { csvColumns } from '../../csv-columns.js';
import { parameterSymbol } from '../../parameter-names.js';
import { columnsOf } from '../../tables.js';
import type { TrialGroup } from '../../trial-groups.js';
import { trialNames } from '../../trial-name.js';
import { latencyChart } from '../latency-chart.js';
import { loneCommand } from '../lone-command.js';
import type { PageRun, PageTrial } from '../page-data.js';
import { tokensChart } from '../tokens-chart.js';
import { type ChartSurroundings, chartFigure, chartWidth, drawChart } from './chart-figure.js';
import { type Child, element } from './element.js';
import { statusText } from './invalid-section.js';
import { provenanceList } from './notes-section.js';

/** Opens the card; `onClose` is called once, however it is closed. */
export async function openTrialCard(
  { run, group, trial }: { run: PageRun; group: TrialGroup; trial: PageTrial },
  surroundings: ChartSurroundings,
  onClose: () => void,
): Promise<void> {
  const { row, notes } = trial;
  const name = trialNames(group.rows)(row);
  const dialog = element('dialog', { class: 'card', 'aria-labelledby': 'card-heading' });
  const charts = element('div', { class: 'card-charts' });
  const remarks = notes.filter((note) => !row.reason.includes(note));
  dialog.append(
    element(
      'header',
      {},
      element(
        'div',
        {},
        element('h2', { id: 'card-heading' }, name),
        element('p', { class: 'quiet' }, group.title),
      ),
      element('button', { class: 'close', 'aria-label': 'Close', onclick: () => dialog.close() }, '×'),
    ),
    element(
      'div',
      { class: 'card-body' },
      element(
        'p',
        { class: row.status === 'completed' ? 'verdict good' : 'verdict bad' },
        element('strong', {}, statusText(row.status)),
        row.reason === '' ? '' : `: ${row.reason}`,
      ),
      ...remarks.map((note) => element('p', { class: 'quiet' }, note)),
      figures(group, trial),
      charts,
      element('h3', {}, 'Run it alone'),
      commandLine(loneCommand(row, run)),
      element('h3', {}, 'Parameters'),
      definitions([
        ['method', row.method],
        ...Object.entries(row.parameters)
          .filter(([, value]) => value !== null)
          .map(([key, value]): [string, Child] => [named(key), String(value)]),
      ]),
      element('h3', {}, 'Provenance'),
      definitions([
        ['trial', row.trial],
        ...(trial.startedAt === ''
          ? []
          : [['measured', `${trial.startedAt}, ${trial.seconds.toFixed(0)} s`] as const]),
        ...provenanceList(run.provenance),
      ]),
      everything(group, trial),
    ),
  );
  dialog.addEventListener('close', () => {
    dialog.remove();
    onClose();
  });
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  const width = chartWidth(charts.clientWidth);
  for (const spec of [tokensChart(row, group.baseline, width), latencyChart(trial, width)]) {
    if (spec === undefined) continue;
    const { figure, host } = chartFigure(spec, 'h3');
    charts.append(figure);
    await drawChart(host, spec, surroundings);
  }
}

/** The figures of the table, large enough to be read at a glance. */
function figures(group: TrialGroup, { row }: PageTrial): HTMLElement {
  const shown = columnsOf(group)
    .filter(({ heading, align }) => align === 'right' && heading !== 'note')
    .map(({ heading, cell }) => ({ heading, text: cell(row) }))
    .filter(
      ({ heading, text }) =>
        text !== '' && text !== '–' && !Object.keys(row.parameters).map(parameterSymbol).includes(heading),
    );
  return element(
    'dl',
    { class: 'figures' },
    ...shown.map(({ heading, text }) =>
      element('div', {}, element('dt', {}, heading), element('dd', {}, text)),
    ),
  );
}

function named(key: string): string {
  const symbol = parameterSymbol(key);
  return symbol === key ? key : `${key} (${symbol})`;
}

/** Names and values; empty values are left out. */
export function definitions(pairs: readonly (readonly [string, Child])[]): HTMLElement {
  return element(
    'dl',
    { class: 'definitions' },
    ...pairs
      .filter(([, value]) => value !== '' && value !== undefined)
      .map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))),
  );
}

/** A command with a button that copies it. */
function commandLine(command: string): HTMLElement {
  const copy = element('button', {}, 'Copy');
  copy.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(command);
      copy.textContent = 'Copied';
    } catch {
      copy.textContent = 'Select and copy by hand';
    }
  });
  return element('div', { class: 'command' }, element('code', {}, command), copy);
}

/** Every column of results.csv that the trial has, with its unit. */
function everything(group: TrialGroup, { row }: PageTrial): HTMLElement {
  const known = csvColumns(group.rows).flatMap(({ name, unit, meaning, cell }) => {
    const value = cell(row);
    return value === null || value === undefined || value === ''
      ? []
      : [{ name, unit, meaning, value: String(value) }];
  });
  return element(
    'details',
    {},
    element('summary', {}, 'Every column of results.csv'),
    element(
      'div',
      { class: 'scroll', role: 'region', 'aria-label': 'Every column', tabindex: 0 },
      element(
        'table',
        {},
        element(
          'thead',
          {},
          element(
            'tr',
            {},
            ...['column', 'value', 'unit', 'meaning'].map((text) => element('th', { scope: 'col' }, text)),
          ),
        ),
        element(
          'tbody',
          {},
          ...known.map(({ name, value, unit, meaning }) =>
            element(
              'tr',
              {},
              element('th', { scope: 'row' }, element('code', {}, name)),
              element('td', { class: 'number' }, value),
              element('td', {}, unit),
              element('td', {}, meaning),
            ),
          ),
        ),
      ),
    ),
  );
}
