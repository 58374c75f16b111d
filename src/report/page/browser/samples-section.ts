/** What the variants say about the samples that a report shows, and what went wrong only after merging. */
import { methodHue } from '../../charts/palette.js';
import { headlineMetric, type MetricName, shownScale } from '../../metric-names.js';
import { shortModelName, type TrialGroup } from '../../trial-groups.js';
import {
  type ComparedSample,
  changedWords,
  comparedSamples,
  type LostSample,
  lostSamples,
  type Saying,
} from '../changed-samples.js';
import { darkTone } from '../dark-chart.js';
import { type GroupedRun, taskText } from './chosen-groups.js';
import { type Child, dot, element, section, withMore } from './element.js';
import { mistakesPart } from './mistakes-part.js';

/** More are behind a button. */
const SHOWN_SAMPLES = 12;
const SHOWN_LOST = 3;
const SHOWN_WORSE = 3;
const SHOWN_SAYINGS = 8;
const SHOWN_NAMES = 4;

interface SampleSetting {
  readonly pictures: Readonly<Record<string, string>>;
  readonly isDark: boolean;
  readonly onTrial: (trial: string) => void;
}

/** Of every group what a variant says worse than the unreduced model, or gets wrong alone; undefined where trials neither show samples nor keep outcomes. */
export function lostSection(
  { run, groups, prefix }: GroupedRun,
  setting: SampleSetting,
): HTMLElement | undefined {
  const parts = groups.flatMap((group) => {
    const samples = comparedSamples(group);
    const mistakes = run.mistakes.find(({ baseline }) => `${prefix}${baseline}` === group.baseline?.trial);
    if (samples.length === 0)
      return mistakes === undefined ? [] : mistakesPart(group, mistakes, { ...setting, prefix });
    const lost = lostSamples(samples);
    const metric = headlineMetric(group.rows);
    return element(
      'div',
      { class: 'lost-group' },
      element('h3', {}, `${shortModelName(group.model)} · ${taskText(group)}`),
      element(
        'p',
        { class: 'lead' },
        lost.length === 0
          ? `Of the ${samples.length} samples shown, no variant says anything worse than the unreduced model.`
          : `${lost.length} of the ${samples.length} samples shown. The largest loss${metric === undefined ? '' : ` of ${metric.axis}`} comes first; words that differ from the unreduced model are marked.`,
      ),
      ...withMore(element('div', { class: 'samples' }), lost, SHOWN_LOST, (sample) =>
        lostSample(sample, metric, setting),
      ),
    );
  });
  return parts.length === 0 ? undefined : section('lost', 'What went wrong only after merging?', ...parts);
}

/** Every sample with everything that was said about it; undefined where trials show none. */
export function samplesSection(group: TrialGroup, setting: SampleSetting): HTMLElement | undefined {
  const samples = comparedSamples(group);
  if (samples.length === 0) return undefined;
  const metric = headlineMetric(group.rows);
  return section(
    'samples',
    'What does each variant say?',
    element(
      'p',
      { class: 'lead' },
      `${group.title}.${metric === undefined ? '' : ` At the right ${metric.axis}${metric.unit === 'fraction' ? ', %' : ''}.`}`,
    ),
    ...withMore(element('div', { class: 'samples' }), samples, SHOWN_SAMPLES, (sample) =>
      wholeSample(sample, metric, setting),
    ),
  );
}

function lostSample(sample: LostSample, metric: MetricName | undefined, setting: SampleSetting): HTMLElement {
  return sampleFrame(sample, setting, metric, sample.worse, SHOWN_WORSE);
}

function wholeSample(
  sample: ComparedSample,
  metric: MetricName | undefined,
  setting: SampleSetting,
): HTMLElement {
  return sampleFrame(sample, setting, metric, sample.sayings, SHOWN_SAYINGS);
}

function sampleFrame(
  { example, unreduced }: ComparedSample,
  setting: SampleSetting,
  metric: MetricName | undefined,
  sayings: readonly Saying[],
  most: number,
): HTMLElement {
  const line = (saying: Saying): HTMLElement => sayingLine(saying, unreduced, metric, setting);
  const list = element('ul', { class: 'sayings' }, unreduced === undefined ? undefined : line(unreduced));
  return element(
    'article',
    { class: 'sample' },
    samplePicture(setting.pictures[example.picture], example.question ?? example.expected),
    element(
      'div',
      {},
      example.question === null ? undefined : element('p', { class: 'question' }, example.question),
      element('p', { class: 'expected' }, 'People: ', example.expected),
      ...withMore(list, sayings, most, line),
    ),
  );
}

/** A picture, or the words that one is missing. */
export function samplePicture(base64: string | undefined, text: string): HTMLElement {
  if (base64 === undefined) return element('div', { class: 'missing' }, 'The picture is missing.');
  return element('img', { src: `data:image/jpeg;base64,${base64}`, alt: text });
}

function sayingLine(
  saying: Saying,
  unreduced: Saying | undefined,
  metric: MetricName | undefined,
  { isDark, onTrial }: SampleSetting,
): HTMLElement {
  const { said, score, variants } = saying;
  const isOwn = saying === unreduced;
  const scale = metric === undefined ? 1 : shownScale(metric);
  const names = variants.slice(0, SHOWN_NAMES).map(({ trial, name, method }): HTMLElement => {
    const hue = method === 'none' ? '#000000' : methodHue(method, 0);
    return element(
      'span',
      { class: 'variant' },
      dot(isDark ? darkTone(hue) : hue),
      element('button', { class: 'link', onclick: () => onTrial(trial) }, name),
    );
  });
  const others = variants.length - names.length;
  const words: readonly Child[] =
    unreduced === undefined || isOwn || said === unreduced.said
      ? [said]
      : changedWords(unreduced.said, said).flatMap(({ text, isNew }) => [
          isNew ? element('mark', {}, text) : text,
          ' ',
        ]);
  const isSame = !isOwn && said === unreduced?.said;
  return element(
    'li',
    { class: isOwn ? 'own' : isSame ? 'same' : 'other' },
    element(
      'div',
      { class: 'who' },
      ...names,
      others > 0 ? `and ${others.toLocaleString('en')} more` : undefined,
    ),
    element('p', { class: 'said' }, ...(isSame ? ['the same words'] : words)),
    element('span', { class: 'score' }, (score * scale).toFixed(scale === 1 ? 2 : 0)),
  );
}
