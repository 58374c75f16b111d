/** The metrics that tasks report: their order, their headings and which one heads a task's charts. */
import { semanticValidityBlock } from '../metrics/semantic-validity.js';
import type { TrialRow } from './trial-row.js';

export interface MetricName {
  /** Name in the journal and CSV. */
  name: string;
  /** Heading in a table. */
  heading: string;
  /** Words on an axis. */
  axis: string;
  unit: 'fraction' | 'number';
  /** Whether tables show it; the CSV always does. */
  inTables: boolean;
  meaning: string;
  /** The good direction; higher where nothing is said. A metric of which less is better heads no chart. */
  better?: 'lower';
  /** Digits behind the point in tables, where they are not the usual ones. */
  digits?: number;
}

const fraction = (name: string, heading: string, axis: string, inTables: boolean, meaning: string) =>
  ({ name, heading, axis, unit: 'fraction', inTables, meaning }) as const satisfies MetricName;

const number = (name: string, heading: string, axis: string, inTables: boolean, meaning: string) =>
  ({ name, heading, axis, unit: 'number', inTables, meaning }) as const satisfies MetricName;

/** A number of which less is better. */
const lower = (name: string, heading: string, axis: string, meaning: string) =>
  ({ ...number(name, heading, axis, true, meaning), better: 'lower' }) as const satisfies MetricName;

/** In the order of their columns. The first one that a row has is its headline. */
export const METRICS: readonly MetricName[] = [
  fraction('top1', 'top-1', 'top-1 accuracy', true, 'share of images whose best class is right'),
  fraction('top5', 'top-5', 'top-5 accuracy', true, 'share of images whose class is among the best five'),
  fraction(
    'meanPerClass',
    'mean per class',
    'mean per-class accuracy',
    true,
    'mean of the accuracies of the classes',
  ),
  fraction('meanRecall', 'mean recall', 'mean recall', true, 'mean of the six recalls below'),
  fraction(
    'recallAt1ImageToText',
    'R@1 image→text',
    'recall@1, image to text',
    true,
    'share of images with one of their captions ranked first',
  ),
  fraction(
    'recallAt5ImageToText',
    'R@5 image→text',
    'recall@5, image to text',
    false,
    'the same among the first five',
  ),
  fraction(
    'recallAt10ImageToText',
    'R@10 image→text',
    'recall@10, image to text',
    false,
    'the same among the first ten',
  ),
  fraction(
    'recallAt1TextToImage',
    'R@1 text→image',
    'recall@1, text to image',
    true,
    'share of captions with their image ranked first',
  ),
  fraction(
    'recallAt5TextToImage',
    'R@5 text→image',
    'recall@5, text to image',
    false,
    'the same among the first five',
  ),
  fraction(
    'recallAt10TextToImage',
    'R@10 text→image',
    'recall@10, text to image',
    false,
    'the same among the first ten',
  ),
  number(
    'cider',
    'CIDEr',
    'CIDEr',
    true,
    'CIDEr-D of the captions, 0 to 10, where papers print a hundred times it',
  ),
  fraction('bleu4', 'BLEU-4', 'BLEU-4', true, 'corpus BLEU up to 4-grams'),
  fraction('bleu1', 'BLEU-1', 'BLEU-1', false, 'corpus BLEU of single words'),
  fraction('bleu2', 'BLEU-2', 'BLEU-2', false, 'corpus BLEU up to 2-grams'),
  fraction('bleu3', 'BLEU-3', 'BLEU-3', false, 'corpus BLEU up to 3-grams'),
  fraction('rougeL', 'ROUGE-L', 'ROUGE-L', true, 'mean ROUGE-L of the captions'),
  fraction('meteor', 'METEOR', 'METEOR', true, 'METEOR 1.5 of the captions, by its own program'),
  fraction('spice', 'SPICE', 'SPICE', true, 'SPICE of the captions, by its own program'),
  fraction('vqaAccuracy', 'VQA', 'VQA accuracy', true, 'mean accuracy of the answers against ten people'),
  fraction('vqaAccuracyYesNo', 'yes/no', 'accuracy, yes/no', true, 'the same over questions for yes or no'),
  fraction('vqaAccuracyNumber', 'number', 'accuracy, number', true, 'the same over questions for a number'),
  fraction('vqaAccuracyOther', 'other', 'accuracy, other', true, 'the same over all other questions'),
  fraction('nlvrAccuracy', 'NLVR2', 'NLVR2 accuracy', true, 'share of statements judged right'),
  fraction(
    'nlvrConsistency',
    'consistency',
    'NLVR2 consistency',
    true,
    'share of statements judged right for all of their image pairs',
  ),
  number(
    'agreement',
    'agreement ρ',
    "agreement of the text's attention, Spearman's ρ",
    true,
    'rank correlation of the attention that image regions receive from the text, with the reduction and without',
  ),
  fraction(
    'zeroShotTop1',
    'zero-shot top-1',
    'zero-shot accuracy of generated pictures',
    true,
    'share of generated pictures in which the CLIP checkpoint recognises the class of the prompt',
  ),
  number(
    'psnr',
    'PSNR',
    'PSNR to the unmerged picture, dB',
    true,
    'mean peak signal-to-noise ratio to the unmerged picture of the same seed, dB; equal pictures count 100',
  ),
  {
    ...number(
      'ssim',
      'SSIM',
      'SSIM to the unmerged picture',
      true,
      'mean structural similarity to the same picture',
    ),
    digits: 3,
  },
  lower(
    'mae',
    'MAE',
    'mean absolute error to the unmerged picture',
    'mean absolute difference to the same picture, of 255',
  ),
  number(
    'clipScore',
    'CLIP score',
    'CLIP score',
    true,
    'mean of 100 times the cosine of picture and prompt, cut off at 0 (Hessel et al.)',
  ),
  lower('fid', 'FID', 'FID', 'Fréchet distance to the reference on the Inception features of pytorch-fid'),
  {
    ...lower(
      'kid',
      'KID',
      'KID',
      'kernel distance to the reference on the same features, mean over random subsets',
    ),
    digits: 4,
  },
  lower('cmmd', 'CMMD', 'CMMD', 'maximum mean discrepancy to the reference on CLIP embeddings, times 1,000'),
];

/** Fréchet distances on embeddings carry the name of the checkpoint: `frechet-emoji-clip`. */
const FRECHET = 'frechet-';

/** The metric of that name; one that is not listed is shown under its own name as a plain number. */
export function metricNamed(name: string): MetricName {
  const known = METRICS.find((metric) => metric.name === name);
  if (known) return known;
  const block = semanticValidityBlock(name);
  const heading = block === undefined ? name : `ρ block ${block}`;
  const better = name.startsWith(FRECHET) ? ({ better: 'lower' } as const) : {};
  return { name, heading, axis: heading, unit: 'number', inTables: true, meaning: '', ...better };
}

/** All metrics of the rows: the listed ones in their order, then the others by name, numbers in them by value. */
export function metricsOf(rows: readonly TrialRow[]): MetricName[] {
  const present = new Set(rows.flatMap((row) => Object.keys(row.metrics)));
  const listed = METRICS.filter(({ name }) => present.delete(name));
  const others = [...present].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return [...listed, ...others.map(metricNamed)];
}

/** The metric that charts show for these rows, or undefined when none was measured. */
export function headlineMetric(rows: readonly TrialRow[]): MetricName | undefined {
  return METRICS.find(
    ({ name, better }) => better !== 'lower' && rows.some((row) => typeof row.metrics[name] === 'number'),
  );
}

/** What a value is multiplied by where it is shown: fractions are shown in per cent. */
export function shownScale({ unit }: MetricName): number {
  return unit === 'fraction' ? 100 : 1;
}

/** The title of an axis of shown values. */
export function axisTitle({ axis, unit }: MetricName): string {
  return unit === 'fraction' ? `${axis}, %` : axis;
}
