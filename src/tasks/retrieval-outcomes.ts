/** What became of every image in retrieval, for tests that pair variants image by image. */
import type { Ranks } from '../metrics/retrieval.js';
import type { SampleOutcome } from '../metrics/sample-outcome.js';

/** Images in the order of their ranks, and whose caption each caption is. */
export interface RankedImages {
  readonly ids: readonly string[];
  /** `[captions]` index into `ids` */
  readonly imageOfCaption: readonly number[];
  readonly ranks: Ranks;
}

/** `[images]`: the rank of an image's best caption, and the ranks that the image has for each of its captions. */
export function rankedOutcomes({ ids, imageOfCaption, ranks }: RankedImages): SampleOutcome[] {
  const captionRanks = ids.map((): number[] => []);
  for (const [caption, image] of imageOfCaption.entries())
    captionRanks[image]!.push(ranks.textToImage[caption]!);
  return ids.map((sample, image) => ({
    sample,
    rank: ranks.imageToText[image]!,
    captionRanks: captionRanks[image]!,
  }));
}
