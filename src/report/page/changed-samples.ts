/** What a model says about the samples that a report shows: where a reduction changes the words, and where it makes them worse. */
import type { ShownExample } from '../shown-example.js';
import type { TrialGroup } from '../trial-groups.js';
import { trialNames } from '../trial-name.js';
import { isBaseline, isMeasured } from '../trial-row.js';

/** One thing that was said about a sample, and the variants that said it. */
export interface Saying {
  readonly said: string;
  readonly score: number;
  readonly variants: readonly { readonly trial: string; readonly name: string; readonly method: string }[];
}

/** A sample with all that was said about it. */
export interface ComparedSample {
  readonly example: ShownExample;
  /** What the unreduced model says, where it was measured. */
  readonly unreduced: Saying | undefined;
  /** What variants say, equal words together; those with the words of the unreduced model first, then by falling score. */
  readonly sayings: readonly Saying[];
}

/** The samples of a group in their order; none where its trials show none. */
export function comparedSamples(group: TrialGroup): ComparedSample[] {
  const rows = group.rows.filter((row) => isMeasured(row) && (row.examples ?? []).length > 0);
  const name = trialNames(group.rows);
  const samples = new Map<string, { example: ShownExample; unreduced?: Saying; said: Map<string, Saying> }>();
  for (const row of rows) {
    const variant = { trial: row.trial, name: name(row), method: row.method };
    for (const example of row.examples!) {
      const key = JSON.stringify([example.sample, example.question]);
      const sample = samples.get(key) ?? { example, said: new Map<string, Saying>() };
      samples.set(key, sample);
      const { said, score } = example;
      if (isBaseline(row)) {
        sample.unreduced ??= { said, score, variants: [variant] };
        continue;
      }
      const earlier = sample.said.get(said);
      sample.said.set(said, { said, score, variants: [...(earlier?.variants ?? []), variant] });
    }
  }
  return [...samples.values()].map(({ example, unreduced, said }) => {
    const own = (saying: Saying): number => Number(saying.said === unreduced?.said);
    const sayings = [...said.values()].sort((a, b) => own(b) - own(a) || b.score - a.score);
    return { example, unreduced, sayings };
  });
}

/** A sample about which variants say something worse than the unreduced model does. */
export interface LostSample extends ComparedSample {
  readonly unreduced: Saying;
  /** Sayings of a lower score, the worst first. */
  readonly worse: readonly Saying[];
}

/** What went wrong only after merging: the largest loss of score first. */
export function lostSamples(samples: readonly ComparedSample[]): LostSample[] {
  return samples
    .flatMap((sample): LostSample[] => {
      const { unreduced } = sample;
      if (unreduced === undefined) return [];
      const worse = sample.sayings
        .filter(({ said, score }) => said !== unreduced.said && score < unreduced.score)
        .sort((a, b) => a.score - b.score);
      return worse.length === 0 ? [] : [{ ...sample, unreduced, worse }];
    })
    .sort((a, b) => lossOf(b) - lossOf(a));
}

function lossOf({ unreduced, worse }: LostSample): number {
  return unreduced.score - worse[0]!.score;
}

/** A piece of a text, and whether it stands in the other text too. */
export interface TextPiece {
  readonly text: string;
  readonly isNew: boolean;
}

/** The words of `said`, those outside the longest common subsequence with `usual` marked as new; neighbours of a kind are one piece. */
export function changedWords(usual: string, said: string): TextPiece[] {
  const [before, after] = [usual.split(/\s+/), said.split(/\s+/)];
  if (before.length * after.length > 250_000) return [{ text: said, isNew: true }];
  const common = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      common[i]![j] =
        before[i] === after[j]
          ? common[i + 1]![j + 1]! + 1
          : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
  const pieces: TextPiece[] = [];
  const add = (text: string, isNew: boolean): void => {
    const last = pieces.at(-1);
    if (last?.isNew === isNew) pieces[pieces.length - 1] = { text: `${last.text} ${text}`, isNew };
    else pieces.push({ text, isNew });
  };
  for (let i = 0, j = 0; j < after.length; ) {
    if (i < before.length && before[i] === after[j]) {
      add(after[j]!, false);
      i++;
      j++;
    } else if (i < before.length && common[i + 1]![j]! >= common[i]![j + 1]!) i++;
    else add(after[j++]!, true);
  }
  return pieces;
}
