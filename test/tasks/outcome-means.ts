/** What metrics are by the outcomes of single samples: the mean of each, for the metrics that are means. */
import { PAIRED_METRICS, type SampleOutcome, valuesOf } from '../../src/metrics/sample-outcome.js';

export function outcomeMeans(outcomes: readonly SampleOutcome[]): Record<string, number> {
  return Object.fromEntries(
    PAIRED_METRICS.flatMap((metric) => {
      const values = valuesOf(metric, outcomes);
      if (values === undefined || values.length === 0) return [];
      return [[metric, values.reduce((sum, value) => sum + value, 0) / values.length]];
    }),
  );
}
