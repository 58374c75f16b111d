/** The samples that two trials have in common, side by side. */
import type { SampleOutcome } from '../metrics/sample-outcome.js';

type Outcomes = readonly SampleOutcome[];

/** Both in the order of the first, without samples that one of them lacks, such as a picture that could not be read there. */
export function pairedOutcomes(
  first: Outcomes,
  second: Outcomes,
): readonly [first: Outcomes, second: Outcomes] {
  const isSame =
    first.length === second.length && first.every(({ sample }, at) => sample === second[at]!.sample);
  if (isSame) return [first, second];
  const known = new Map(second.map((outcome) => [outcome.sample, outcome]));
  const common = first.filter(({ sample }) => known.has(sample));
  return [common, common.map(({ sample }) => known.get(sample)!)];
}
