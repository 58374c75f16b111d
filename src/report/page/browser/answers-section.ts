/** The first screen: the question, the answer for every model and task, and how many trials it rests on. */
import { headlineMetric } from '../../metric-names.js';
import { shortModelName, type TrialGroup } from '../../trial-groups.js';
import { isBaseline } from '../../trial-row.js';
import { answerOf } from '../answer.js';
import type { Choice } from './choice.js';
import { chosenMetric, type GroupedRun, taskText } from './chosen-groups.js';
import { element } from './element.js';

interface AnswersSetting {
  readonly runs: readonly GroupedRun[];
  readonly chosen: readonly (TrialGroup | undefined)[];
  readonly choice: Choice;
  readonly onGroup: (group: TrialGroup) => void;
  readonly onInvalid: () => void;
}

export function answersSection({ runs, chosen, choice, onGroup, onInvalid }: AnswersSetting): HTMLElement {
  const settings = new Set(runs.flatMap(({ groups }) => groups.map(({ setting }) => setting)));
  return element(
    'section',
    { id: 'answer', 'aria-labelledby': 'question' },
    element('h1', { id: 'question' }, 'How far can this model be pushed, and what is lost?'),
    element(
      'p',
      { class: 'lead' },
      'The fastest valid setting that keeps the metric within 1 % of the unreduced model:',
    ),
    ...runs.map(({ run, groups }, at) =>
      element(
        'div',
        { class: 'run-answers' },
        runs.length > 1 ? element('h2', { class: 'run-name' }, `${runLetter(at)}: ${run.name}`) : undefined,
        groups.length === 0 ? element('p', { class: 'empty' }, 'The journal has no trials yet.') : undefined,
        element(
          'ul',
          { class: 'answers' },
          ...groups.map((group) =>
            element(
              'li',
              {},
              answerCard(group, group === chosen[at], settings.size > 1, choice, () => onGroup(group)),
            ),
          ),
        ),
      ),
    ),
    countLine(runs, onInvalid),
  );
}

/** `A` for the first of two runs. */
export function runLetter(at: number): string {
  return String.fromCharCode(65 + at);
}

function answerCard(
  group: TrialGroup,
  isChosen: boolean,
  showsDevice: boolean,
  choice: Choice,
  onClick: () => void,
): HTMLElement {
  const metric = isChosen ? chosenMetric(group, choice) : headlineMetric(group.rows);
  const { text, row, found } = answerOf(group, metric);
  const speed = found && row?.speedup != null ? `${row.speedup.toFixed(2)}×` : '–';
  return element(
    'button',
    { class: found ? 'answer' : 'answer none', 'aria-pressed': String(isChosen), onclick: onClick },
    element(
      'span',
      { class: 'where' },
      [shortModelName(group.model), taskText(group), ...(showsDevice ? [group.setting] : [])].join(' · '),
    ),
    element('span', { class: 'speed' }, speed),
    element('span', { class: 'sentence' }, text),
  );
}

/** `27 trials: 24 valid, 3 not valid (which, and why?)`. */
function countLine(runs: readonly GroupedRun[], onInvalid: () => void): HTMLElement {
  const rows = runs.flatMap(({ run }) => run.trials.map(({ row }) => row));
  const bad = rows.filter(({ status }) => status !== 'completed').length;
  const planned = runs.reduce((sum, { run }) => sum + Math.max(run.planned ?? 0, run.trials.length), 0);
  const waiting = planned - rows.length;
  const parts = [
    `${rows.length.toLocaleString('en')} ${rows.length === 1 ? 'trial' : 'trials'}, ${rows.filter(isBaseline).length} of them without a reduction.`,
    ...(waiting > 0 ? [` ${waiting.toLocaleString('en')} more are still to come.`] : []),
    ...(bad === 0 && rows.length > 0 ? [' All are valid.'] : []),
  ];
  return element(
    'p',
    { class: 'counts' },
    parts.join(''),
    ...(bad === 0
      ? []
      : [
          ' ',
          element(
            'button',
            { class: 'link', onclick: onInvalid },
            `${bad.toLocaleString('en')} not valid: which, and why?`,
          ),
        ]),
  );
}
