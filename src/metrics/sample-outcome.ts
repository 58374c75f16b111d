/**
 * What became of one sample under one variant, and the number of it that each metric is the mean of.
 *
 * Kept for every sample, so that variants can be compared sample by sample. A metric that is no mean over samples (BLEU, FID, mean per-class accuracy) has no such number.
 *
 * Source: paired comparison over the same test items, as in Dror et al., "The Hitchhiker's Guide to Testing Statistical Significance in NLP" (ACL 2018).
 */

/** One line of a predictions file. A task fills the fields that it has. */
export interface SampleOutcome {
  /** Its id in the dataset; of a picture that is made, its number. */
  readonly sample: string;
  /** What is right, and what was said: names of classes, or whether a statement is true. */
  readonly label?: string | boolean;
  readonly predicted?: string | boolean;
  /** Rank of the right class among the scores, or of the best of an image's own captions among all captions; from 1. */
  readonly rank?: number;
  /** Of an image in retrieval: the rank that it has for each of its captions, from 1. */
  readonly captionRanks?: readonly number[];
  /** A caption or an answer, as it was scored. */
  readonly said?: string;
  readonly cider?: number;
  readonly vqaAccuracy?: number;
  /** Of a picture that was made: what for, how well it fits, and the rank of its class among the classes that it might show. */
  readonly prompt?: string;
  readonly clipScore?: number;
  readonly zeroShotRank?: number;
}

/** Metrics whose samples are right or wrong. */
const RIGHT: Readonly<Record<string, (outcome: SampleOutcome) => boolean | undefined>> = {
  top1: (outcome) => isAmong(classRank(outcome), 1),
  top5: (outcome) => isAmong(classRank(outcome), 5),
  nlvrAccuracy: ({ label, predicted }) => (typeof label === 'boolean' ? label === predicted : undefined),
  zeroShotTop1: ({ zeroShotRank }) => isAmong(zeroShotRank, 1),
};

/** Metrics whose samples have a score. */
const SCORES: Readonly<Record<string, (outcome: SampleOutcome) => number | undefined>> = {
  cider: ({ cider }) => cider,
  vqaAccuracy: ({ vqaAccuracy }) => vqaAccuracy,
  clipScore: ({ clipScore }) => clipScore,
};

const CUTOFFS = [1, 5, 10];

/** Metrics of retrieval: an image stands for its own search and for those of its captions, which are not independent of one another. */
const RECALLS: Readonly<Record<string, (outcome: Retrieved, captionsPerImage: number) => number>> = {
  recallAt1ImageToText: ({ rank }) => Number(rank <= 1),
  recallAt1TextToImage: ({ captionRanks }, perImage) => hits(captionRanks, 1) / perImage,
  meanRecall: ({ rank, captionRanks }, perImage) =>
    CUTOFFS.reduce((sum, k) => sum + Number(rank <= k) + hits(captionRanks, k) / perImage, 0) /
    (2 * CUTOFFS.length),
};

/** Metrics that are means over samples, and can be tested sample by sample. */
export const PAIRED_METRICS: readonly string[] = [
  ...Object.keys(RIGHT),
  ...Object.keys(RECALLS),
  ...Object.keys(SCORES),
];

/** Whether each sample is right or wrong by this metric, rather than having a score. */
export function isRightOrWrong(metric: string): boolean {
  return Object.hasOwn(RIGHT, metric);
}

/**
 * `[samples]`: the numbers whose mean is the metric, or undefined where the outcomes do not have them.
 */
export function valuesOf(metric: string, outcomes: readonly SampleOutcome[]): Float64Array | undefined {
  const recall = RECALLS[metric];
  if (recall !== undefined) {
    if (!outcomes.every(isRetrieved)) return undefined;
    const captions = outcomes.reduce((sum, { captionRanks }) => sum + captionRanks.length, 0);
    return Float64Array.from(outcomes, (outcome) => recall(outcome, captions / outcomes.length));
  }
  const value = RIGHT[metric] ?? SCORES[metric];
  const values = outcomes.map((outcome) => value?.(outcome));
  return values.includes(undefined) ? undefined : Float64Array.from(values, Number);
}

type Retrieved = SampleOutcome & Required<Pick<SampleOutcome, 'rank' | 'captionRanks'>>;

function isRetrieved(outcome: SampleOutcome): outcome is Retrieved {
  return outcome.rank !== undefined && outcome.captionRanks !== undefined;
}

function classRank({ rank, captionRanks }: SampleOutcome): number | undefined {
  return captionRanks === undefined ? rank : undefined;
}

function isAmong(rank: number | undefined, first: number): boolean | undefined {
  return rank === undefined ? undefined : rank <= first;
}

function hits(ranks: readonly number[], first: number): number {
  return ranks.filter((rank) => rank <= first).length;
}
