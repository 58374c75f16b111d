/**
 * How many pictures a metric of generation needs before its value means what its name says, in one place, each with its source.
 */

/** A metric that compares two sets of pictures, or judges one. */
export type GenerativeMetric =
  | 'frechet'
  | 'kid'
  | 'cmmd'
  | 'inception-score'
  | 'precision-recall'
  | 'density-coverage';

export interface SampleShortage {
  readonly metric: GenerativeMetric;
  /** The smaller of the two sides. */
  readonly samples: number;
  /** With that many the warning goes away. */
  readonly needed: number;
  /** One sentence for the table: what the number may not be taken for. */
  readonly warning: string;
  readonly source: string;
}

interface Rule {
  readonly metric: GenerativeMetric;
  readonly needed: (width: number) => number;
  readonly consequence: string;
  readonly source: string;
}

/** Of two rules for one metric the graver one stands first. */
const RULES: readonly Rule[] = [
  {
    metric: 'frechet',
    needed: (width) => width + 1,
    consequence:
      'its covariance lacks rank, so the value is far too large and compares only with values of just as many pictures',
    source:
      'README of github.com/bioinf-jku/TTUR (Heusel et al., NeurIPS 2017): more samples than the coding layer has dimensions',
  },
  {
    metric: 'frechet',
    needed: () => 10_000,
    consequence:
      'the value is too large by an amount that depends on the generator; compare only values of just as many pictures',
    source:
      'README of github.com/bioinf-jku/TTUR: at least 10,000; Chong and Forsyth, "Effectively Unbiased FID and Inception Score" (CVPR 2020)',
  },
  {
    metric: 'kid',
    needed: () => 1000,
    consequence: 'the value has no bias, but subsets are smaller than the usual 1,000 and scatter more',
    source: 'torch-fidelity: kid_subset_size 1000; Bińkowski et al. (ICLR 2018)',
  },
  {
    metric: 'cmmd',
    needed: () => 1000,
    consequence:
      'pictures are also compared with themselves, which raises the value by about 10 ÷ pictures; compare only values of just as many',
    source:
      'the diagonals of Jayasumana et al. (CVPR 2024): 1000·(1 − k)·(1/m + 1/n), where k is near exp(−1/200) for unit vectors',
  },
  {
    metric: 'inception-score',
    needed: () => 50_000,
    consequence: 'the value is too small; compare only values of just as many pictures',
    source: 'Salimans et al. (NeurIPS 2016), section 4: 50,000; Chong and Forsyth (CVPR 2020)',
  },
  {
    metric: 'precision-recall',
    needed: () => 10_000,
    consequence: 'balls around few samples are wide, so both values are too large',
    source: 'Kynkäänniemi et al. (NeurIPS 2019) take 50,000; Naeem et al. (ICML 2020) take 10,000',
  },
  {
    metric: 'density-coverage',
    needed: () => 10_000,
    consequence: 'the values scatter more than the published ones',
    source: 'Naeem et al. (ICML 2020) take 10,000',
  },
];

/**
 * What is wrong with a value for the number of pictures that it is of, or null where they are enough.
 *
 * @param samples of the smaller side; statistics from a file do not tell theirs, and are left out
 * @param width numbers per sample: 2,048 for Inception's pooled features
 */
export function sampleShortage(
  metric: GenerativeMetric,
  samples: number,
  width: number,
): SampleShortage | null {
  const rule = RULES.find((one) => one.metric === metric && samples < one.needed(width));
  if (rule === undefined) return null;
  const needed = rule.needed(width);
  const counts = `${samples.toLocaleString('en')} pictures, fewer than ${needed.toLocaleString('en')}`;
  return { metric, samples, needed, warning: `${counts}: ${rule.consequence}`, source: rule.source };
}
