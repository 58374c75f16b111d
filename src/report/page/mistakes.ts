/**
 * What a model gets wrong only after merging, from what became of every sample: right without a reduction, wrong with at least one valid variant.
 *
 * For tasks whose samples are right or wrong; what is said about samples that have a score is compared in `changed-samples.ts`.
 */
import { type SampleOutcome, valuesOf } from '../../metrics/sample-outcome.js';
import { pairedOutcomes } from '../paired-outcomes.js';
import type { KeptSample, KeptSamples } from '../shown-example.js';
import type { OutcomesOf } from '../significance.js';
import { groupTrials, type TrialGroup } from '../trial-groups.js';
import { isBaseline, type TrialRow } from '../trial-row.js';

/** Metrics whose samples are right or wrong; a task has one of them. */
const METRICS = ['top1', 'nlvrAccuracy', 'recallAt1ImageToText'];

/** Mistakes that the page carries of one group. */
const SHOWN = 12;

/** What some trials said instead of what is right. */
export interface WrongSaying {
  /** One word; where nothing is named, between which ranks the right one came. */
  readonly said: string;
  readonly trials: readonly string[];
  /** Where nothing is named: the rank under each of the trials, in rising order. */
  readonly ranks?: readonly number[];
}

/** A sample that only merging makes a mistake of, with what was said instead, and by which trials. */
export interface Mistake {
  readonly sample: string;
  /** What is right; empty where that is not one word. */
  readonly label: string;
  readonly wrong: readonly WrongSaying[];
  /** What it is, where that is kept. */
  readonly kept?: KeptSample;
}

/** The mistakes of one group of trials. */
export interface GroupMistakes {
  /** The unreduced trial of the group. */
  readonly baseline: string;
  /** As the rows name it. */
  readonly dataset: string;
  readonly samples: number;
  readonly count: number;
  /** Those that most variants make come first. */
  readonly shown: readonly Mistake[];
}

/** Bands that ranks are told in: up to which rank, from the one after the band before. */
const BANDS = [
  { upTo: 5, said: 'ranks 2–5' },
  { upTo: 20, said: 'ranks 6–20' },
  { upTo: Number.POSITIVE_INFINITY, said: 'beyond rank 20' },
];

/** Of every group whose outcomes are kept; outcomes are read one trial after the other and let go. */
export async function mistakesOf(
  rows: readonly TrialRow[],
  outcomesOf: OutcomesOf,
): Promise<GroupMistakes[]> {
  const found: GroupMistakes[] = [];
  for (const group of groupTrials(rows)) {
    const mistakes = await ofGroup(group, outcomesOf);
    if (mistakes !== undefined) found.push(mistakes);
  }
  return found;
}

async function ofGroup(
  { rows, baseline }: TrialGroup,
  outcomesOf: OutcomesOf,
): Promise<GroupMistakes | undefined> {
  const metric = METRICS.find((name) => typeof baseline?.metrics[name] === 'number');
  const reference = baseline === undefined || metric === undefined ? undefined : await outcomesOf(baseline);
  if (baseline === undefined || metric === undefined || reference === undefined) return undefined;
  const mistakes = new Map<string, { label: string; wrong: Wrong[] }>();
  let isKnown = false;
  for (const row of rows.filter((one) => !isBaseline(one) && one.status === 'completed')) {
    const outcomes = await outcomesOf(row);
    if (outcomes === undefined) continue;
    const [ours, theirs] = pairedOutcomes(outcomes, reference);
    const [after, before] = [valuesOf(metric, ours), valuesOf(metric, theirs)];
    if (after === undefined || before === undefined) continue;
    isKnown = true;
    for (const [at, outcome] of ours.entries()) {
      if (before[at] !== 1 || after[at] === 1) continue;
      const mistake = mistakes.get(outcome.sample) ?? { label: String(outcome.label ?? ''), wrong: [] };
      mistakes.set(outcome.sample, mistake);
      mistake.wrong.push({ trial: row.trial, outcome });
    }
  }
  if (!isKnown) return undefined;
  const shown = [...mistakes]
    .sort(([, a], [, b]) => b.wrong.length - a.wrong.length)
    .slice(0, SHOWN)
    .map(([sample, { label, wrong }]): Mistake => ({ sample, label, wrong: sayingsOf(wrong) }));
  const { trial, dataset } = baseline;
  return { baseline: trial, dataset, samples: reference.length, count: mistakes.size, shown };
}

interface Wrong {
  readonly trial: string;
  readonly outcome: SampleOutcome;
}

/** What most trials said comes first; ranks come from the best to the worst. */
function sayingsOf(wrong: readonly Wrong[]): WrongSaying[] {
  const ranked = wrong.flatMap(({ trial, outcome: { predicted, rank } }) =>
    predicted === undefined && rank !== undefined ? [{ trial, rank }] : [],
  );
  if (ranked.length === wrong.length) return bandsOf(ranked);
  const sayings = new Map<string, string[]>();
  for (const { trial, outcome } of wrong) {
    const said = String(outcome.predicted ?? 'something else');
    sayings.set(said, [...(sayings.get(said) ?? []), trial]);
  }
  return [...sayings]
    .map(([said, trials]) => ({ said, trials }))
    .sort((a, b) => b.trials.length - a.trials.length);
}

function bandsOf(ranked: readonly { readonly trial: string; readonly rank: number }[]): WrongSaying[] {
  const rising = [...ranked].sort((a, b) => a.rank - b.rank);
  return BANDS.flatMap(({ upTo, said }) => {
    const inBand = rising.filter(({ rank }) => BANDS.find((band) => rank <= band.upTo)?.upTo === upTo);
    if (inBand.length === 0) return [];
    return [{ said, trials: inBand.map(({ trial }) => trial), ranks: inBand.map(({ rank }) => rank) }];
  });
}

/** The same with what is kept of their samples. */
export function withKeptSamples(mistakes: readonly GroupMistakes[], keptOf: KeptSamples): GroupMistakes[] {
  return mistakes.map((group) => ({
    ...group,
    shown: group.shown.map((mistake): Mistake => {
      const kept = keptOf(group.dataset, mistake.sample);
      return kept === undefined ? mistake : { ...mistake, kept };
    }),
  }));
}
