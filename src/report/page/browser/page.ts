/** The report page: reads its data, draws what the reader has chosen, and keeps the choice in the address. */
import { shortModelName, type TrialGroup } from '../../trial-groups.js';
import { trialNames } from '../../trial-name.js';
import { speedText } from '../answer.js';
import type { PageData, PageTrial } from '../page-data.js';
import { answersSection, runLetter } from './answers-section.js';
import { type ChartSurroundings, forgetRemovedCharts } from './chart-figure.js';
import { chartsSection, type DrawnPart, tradeOffPart } from './charts-section.js';
import { type Choice, choiceOf, fragmentOf } from './choice.js';
import { chooser } from './chooser.js';
import {
  chosenGroup,
  chosenMetric,
  type GroupedRun,
  groupedRun,
  sameGroup,
  taskText,
} from './chosen-groups.js';
import { comparisonSection } from './comparison-section.js';
import { element, section } from './element.js';
import { invalidSection } from './invalid-section.js';
import { mergingSection } from './merging-section.js';
import { followNews } from './news.js';
import { notesSection } from './notes-section.js';
import { pageHeader } from './page-header.js';
import { picturesSection } from './pictures-section.js';
import { readData } from './read-data.js';
import { reproductionSection } from './reproduction-section.js';
import { lostSection, samplesSection } from './samples-section.js';
import { openTrialCard } from './trial-card.js';
import { tableSection } from './trial-table.js';

const root = document.getElementById('page')!;
const darkSystem = window.matchMedia('(prefers-color-scheme: dark)');

let data: PageData;
let runs: readonly GroupedRun[] = [];
let choice: Choice = choiceOf(location.hash);
/** Counts redraws, so that one that a later one has overtaken stops. */
let drawing = 0;

async function start(): Promise<void> {
  const text = document.getElementById('data')!.textContent;
  await Promise.all([
    readData(text).then(take),
    document.fonts.load('13px Inter'),
    document.fonts.load('600 13px Inter'),
  ]);
  await draw();
  openChosenTrial();
  window.addEventListener('hashchange', () => {
    const earlier = choice;
    choice = choiceOf(location.hash);
    if (earlier.trial !== choice.trial) openChosenTrial();
    else void draw();
  });
  darkSystem.addEventListener('change', () => void draw());
  let width = window.innerWidth;
  window.addEventListener('resize', () => {
    if (window.innerWidth !== width) void draw();
    width = window.innerWidth;
  });
  if (data.live)
    followNews(async (text) => {
      take(await readData(text));
      await draw();
    });
}

function take(read: PageData): void {
  data = read;
  runs = data.runs.map((run, at) => groupedRun(run, data.runs.length > 1 ? `${runLetter(at)}/` : ''));
}

function isDark(): boolean {
  return choice.theme === '' ? darkSystem.matches : choice.theme === 'dark';
}

/** Takes a change over into the address without a step in the history, and draws again unless only the table changes. */
function change(changes: Partial<Choice>): void {
  choice = { ...choice, ...changes };
  history.replaceState(null, '', fragmentOf(choice));
  const ofTable = ['text', 'method', 'status', 'sort', 'trial'];
  if (Object.keys(changes).some((name) => !ofTable.includes(name))) void draw();
}

function showTrial(trial: string): void {
  change({ trial });
  openChosenTrial();
}

function openChosenTrial(): void {
  document.querySelector('dialog')?.close();
  const found = trialOf(choice.trial);
  if (found === undefined) return;
  void openTrialCard(found, surroundings(), () => change({ trial: '' }));
}

function trialOf(id: string) {
  for (const { run, groups, prefix } of runs) {
    const trial = run.trials.find(({ row }) => `${prefix}${row.trial}` === id);
    const group = groups.find(({ rows }) => rows.some((row) => row.trial === id));
    if (trial !== undefined && group !== undefined) return { run, group, trial };
  }
  return undefined;
}

function surroundings(): ChartSurroundings {
  return { isDark: isDark(), onTrial: showTrial, describe };
}

/** `Turbo, r = 12: 1.62× (1.58–1.66). Click for all of it.` */
function describe(id: string): string {
  const found = trialOf(id);
  if (found === undefined) return '';
  const { row } = found.trial satisfies PageTrial;
  return `${trialNames(found.group.rows)(row)}: ${speedText(row)}${row.status === 'completed' ? '' : `, ${row.status}`}`;
}

/**
 * Draws the whole page; charts follow one by one, so that the words stand there at once. At first the reader waits for the answer and its chart
 * alone; later the page must not become short under somebody who reads further down.
 */
async function draw(): Promise<void> {
  const turn = ++drawing;
  document.documentElement.dataset.theme = isDark() ? 'dark' : 'light';
  const first = runs.map((grouped) => chosenGroup(grouped, choice)).find((group) => group !== undefined);
  const chosen = runs.map((grouped) => (first === undefined ? undefined : sameGroup(grouped, first)));
  const around = surroundings();
  const parts: DrawnPart[] = [];
  const main = element(
    'main',
    {},
    answersSection({
      ...{ runs, chosen, choice },
      onGroup: (group) => change({ ...placeOf(group), metric: '', trial: '' }),
      onInvalid: () => document.getElementById('invalid')?.scrollIntoView({ behavior: 'smooth' }),
    }),
    first === undefined ? undefined : tradeOffSection(first, chosen, around, parts),
  );
  if (turn === 1) {
    show(main);
    await drawParts(parts.splice(0), turn);
    await new Promise((resolve) => setTimeout(resolve));
  }
  if (turn !== drawing) return;
  if (first !== undefined) main.append(...sectionsOf(chosen, around, parts));
  for (const [at, { run }] of runs.entries())
    if (run.reproduction !== null) main.append(reproductionSection(run.reproduction, at));
  const merging = mergingSection(
    runs.flatMap(({ run }) => run.merging),
    isDark(),
  );
  if (merging !== undefined) main.append(merging);
  main.append(notesSection(runs.map(({ run }) => run)));
  show(main);
  await drawParts(parts, turn);
  if (turn === drawing) document.body.dataset.drawn = String(turn);
}

/** Puts the page in the place of what stood there, without moving the reader. */
function show(main: HTMLElement): void {
  const top = window.scrollY;
  const header = pageHeader(data, isDark(), () => change({ theme: isDark() ? 'light' : 'dark' }));
  root.replaceChildren(header, main);
  window.scrollTo(0, top);
  forgetRemovedCharts();
}

async function drawParts(parts: readonly DrawnPart[], turn: number): Promise<void> {
  for (const part of parts) if (turn === drawing) await part.draw();
}

/** The chart of the first screen, of two runs side by side, and what it shows. */
function tradeOffSection(
  first: TrialGroup,
  chosen: readonly (TrialGroup | undefined)[],
  around: ChartSurroundings,
  parts: DrawnPart[],
): HTMLElement {
  const columns = chosen.map((group, at) => {
    const part = group === undefined ? undefined : tradeOffPart(group, chosenMetric(group, choice), around);
    if (part !== undefined) parts.push(part);
    return element(
      'div',
      {},
      runs.length > 1 ? element('h3', {}, `${runLetter(at)}: ${runs[at]!.run.name}`) : undefined,
      part?.part ?? element('p', { class: 'empty' }, 'This run has no such trials.'),
    );
  });
  const leading = runs.find(({ groups }) => groups.includes(first))!;
  return section(
    'trade-off',
    'How much accuracy does each speed-up cost?',
    chooser(leading, first, choice, change),
    element('div', { class: runs.length > 1 ? 'beside' : '' }, ...columns),
  );
}

/** What stands below the trade-off. */
function sectionsOf(
  chosen: readonly (TrialGroup | undefined)[],
  around: ChartSurroundings,
  parts: DrawnPart[],
): HTMLElement[] {
  const groups = chosen.filter((group) => group !== undefined);
  const ofRun = <Made>(
    make: (group: TrialGroup, pictures: Readonly<Record<string, string>>) => Made,
  ): Made[] =>
    chosen.flatMap((group, at) => (group === undefined ? [] : [make(group, runs[at]!.run.pictures)]));
  const samples = { isDark: around.isDark, onTrial: showTrial };
  const [a, b] = chosen;
  const comparison = a === undefined || b === undefined ? undefined : comparisonSection(a, b, showTrial);
  const tables = groups.map((group) =>
    tableSection({ group, choice, isDark: around.isDark, onChange: change, onTrial: showTrial }),
  );
  const charts = chartsSection(
    groups,
    groups.map((group) => chosenMetric(group, choice)),
    around,
  );
  parts.push(charts);
  return [
    comparison,
    ...runs.map((grouped) => lostSection(grouped, { pictures: grouped.run.pictures, ...samples })),
    invalidSection(runs, showTrial),
    ...tables,
    charts.part,
    ...ofRun((group, pictures) => samplesSection(group, { pictures, ...samples })),
    ...ofRun((group, pictures) => picturesSection(group, { pictures, ...samples })),
  ].filter((part) => part !== undefined);
}

function placeOf(group: TrialGroup): Pick<Choice, 'model' | 'task' | 'device'> {
  return { model: shortModelName(group.model), task: taskText(group), device: group.setting };
}

void start();
