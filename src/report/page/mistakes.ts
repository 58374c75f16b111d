/**
 * What a model gets wrong only after merging, from what became of every sample: right without a reduction, wrong with at least one valid variant.
 *
 * For tasks whose samples are right or wrong; what is said about samples that have a score is compared in `changed-samples.ts`.
 */
import { type SampleOutcome, valuesOf } from '../../metrics/sample-outcome.js';
import { pairedOutcomes } from '../paired-outcomes.js';
import type { OutcomesOf } from '../significance.js';
import { groupTrials, type TrialGroup } from '../trial-groups.js';
import { isBaseline, type TrialRow } from '../trial-row.js';

/** Metrics whose samples are right or wrong; a task has one of them. */
const METRICS = ['top1', 'nlvrAccuracy', 'recallAt1ImageToText'];

/** Mistakes that the page carries of one group. */
const SHOWN = 12;

/** A sample that only merging makes a mistake of, with what was said instead, and by which trials. */
export interface Mistake {
  readonly sample: string;
  /** What is right; empty where that is not one word. */
  readonly label: string;
  readonly wrong: readonly { readonly said: string; readonly trials: readonly string[] }[];
}

/** The mistakes of one group of trials. */
export interface GroupMistakes {
  /** The unreduced trial of the group. */
  readonly baseline: string;
  readonly samples: number;
  readonly count: number;
  /** Those that most variants make come first. */
  readonly shown: readonly Mistake[];
}

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
  const mistakes = new Map<string, { label: string; wrong: Map<string, string[]> }>();
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
      const mistake = mistakes.get(outcome.sample) ?? {
        label: String(outcome.label ?? ''),
        wrong: new Map(),
      };
      mistakes.set(outcome.sample, mistake);
      const said = saidOf(outcome);
      mistake.wrong.set(said, [...(mistake.wrong.get(said) ?? []), row.trial]);
    }
  }
  if (!isKnown) return undefined;
  const shown = [...mistakes]
    .map(([sample, { label, wrong }]): Mistake => {
      const sayings = [...wrong].map(([said, trials]) => ({ said, trials }));
      return { sample, label, wrong: sayings.sort((a, b) => b.trials.length - a.trials.length) };
    })
    .sort((a, b) => variantsOf(b) - variantsOf(a))
    .slice(0, SHOWN);
  return { baseline: baseline.trial, samples: reference.length, count: mistakes.size, shown };
}

function variantsOf({ wrong }: Mistake): number {
  return wrong.reduce((sum, { trials }) => sum + trials.length, 0);
}

function saidOf({ predicted, rank }: SampleOutcome): string {
  if (predicted !== undefined) return String(predicted);
  return rank === undefined ? 'something else' : `the best of its own captions at rank ${rank}`;
}
