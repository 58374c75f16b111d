/** A few samples of which a report shows what every variant said, so that a person can look at what the metrics count. */

/** What one variant said about one sample. */
export interface Example {
  /** Among the samples of the task. */
  readonly position: number;
  /** What was asked; null where nothing is. */
  readonly question: string | null;
  readonly said: string;
  /** What people say: a caption, or the most common answer. */
  readonly expected: string;
  /** The sample's own part in the headline metric. */
  readonly score: number;
}

const EXAMPLES = 6;

/** Positions spread evenly over `count` samples, the same for every variant. */
export function examplePositions(count: number): number[] {
  const shown = Math.min(EXAMPLES, count);
  return Array.from({ length: shown }, (_, at) => Math.floor((at * count) / shown));
}

/** The most common of some texts, the first of equally common ones. */
export function mostCommon(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best), ['', 0])[0];
}
