/**
 * Image–text retrieval: recall@1, 5, 10 in both directions, with several captions per image.
 *
 * Source: the protocol of Karpathy and Fei-Fei (CVPR 2015) as CLIP, BLIP and Turbo report it. A query is a hit at k when its
 * best relevant item is among the first k. Equal similarities: the lower index first.
 */
import { requireShape } from './shape.js';

/** Recall at 1, 5 and 10 as fractions, under the names that tables and CSV use. */
export interface RetrievalMetrics {
  recallAt1ImageToText: number;
  recallAt5ImageToText: number;
  recallAt10ImageToText: number;
  recallAt1TextToImage: number;
  recallAt5TextToImage: number;
  recallAt10TextToImage: number;
  /** Mean of the six above, weighing the directions alike (BLIP's `r_mean`). */
  meanRecall: number;
}

/** What every query found, in both directions. */
export interface Ranks {
  /** `[images]` rank of the best own caption */
  imageToText: Int32Array;
  /** `[captions]` rank of the own image */
  textToImage: Int32Array;
}

/**
 * @param similarity `[images, captions]` @param imageOfCaption `[captions]`, the image that each caption describes
 */
export function ranksOf(similarity: ArrayLike<number>, imageOfCaption: ArrayLike<number>): Ranks {
  return {
    imageToText: imageToTextRanks(similarity, imageOfCaption),
    textToImage: textToImageRanks(similarity, imageOfCaption),
  };
}

export function recallsOf({ imageToText, textToImage }: Ranks): RetrievalMetrics {
  const recalls = {
    recallAt1ImageToText: recallAt(imageToText, 1),
    recallAt5ImageToText: recallAt(imageToText, 5),
    recallAt10ImageToText: recallAt(imageToText, 10),
    recallAt1TextToImage: recallAt(textToImage, 1),
    recallAt5TextToImage: recallAt(textToImage, 5),
    recallAt10TextToImage: recallAt(textToImage, 10),
  };
  const values = Object.values(recalls);
  return { ...recalls, meanRecall: values.reduce((sum, recall) => sum + recall, 0) / values.length };
}

/** Share of queries whose 1-based rank is at most `k`. */
export function recallAt(ranks: ArrayLike<number>, k: number): number {
  let hits = 0;
  for (let query = 0; query < ranks.length; query++) if (ranks[query]! <= k) hits++;
  return hits / ranks.length;
}

/**
 * Rank, from 1, of the best of an image's own captions among all captions.
 *
 * @param similarity `[images, captions]` @returns `[images]`; an image without captions ranks behind all
 */
export function imageToTextRanks(
  similarity: ArrayLike<number>,
  imageOfCaption: ArrayLike<number>,
): Int32Array {
  const { images, captions } = sidesOf(similarity, imageOfCaption);
  const ranks = new Int32Array(images);
  for (let image = 0; image < images; image++) {
    const row = image * captions;
    let best = -1;
    for (let caption = 0; caption < captions; caption++) {
      if (imageOfCaption[caption] !== image) continue;
      if (best < 0 || similarity[row + caption]! > similarity[row + best]!) best = caption;
    }
    let rank = best < 0 ? captions + 1 : 1;
    for (let other = 0; best >= 0 && other < captions; other++) {
      if (other !== best && !isBehind(similarity[row + other]!, other, similarity[row + best]!, best)) rank++;
    }
    ranks[image] = rank;
  }
  return ranks;
}

/**
 * Rank, from 1, of a caption's own image among all images.
 *
 * @param similarity `[images, captions]` @returns `[captions]`
 */
export function textToImageRanks(
  similarity: ArrayLike<number>,
  imageOfCaption: ArrayLike<number>,
): Int32Array {
  const { images, captions } = sidesOf(similarity, imageOfCaption);
  const ranks = new Int32Array(captions).fill(1);
  for (let other = 0; other < images; other++) {
    for (let caption = 0; caption < captions; caption++) {
      const own = imageOfCaption[caption]!;
      if (other === own) continue;
      const target = similarity[own * captions + caption]!;
      if (!isBehind(similarity[other * captions + caption]!, other, target, own)) ranks[caption]!++;
    }
  }
  return ranks;
}

function sidesOf(similarity: ArrayLike<number>, imageOfCaption: ArrayLike<number>) {
  const captions = imageOfCaption.length;
  const images = Math.floor(similarity.length / captions);
  requireShape('similarity', similarity.length, [images, captions]);
  return { images, captions };
}

/** Whether an item comes after the target; anything compared with NaN does not, so NaN never scores a hit. */
function isBehind(value: number, index: number, target: number, targetIndex: number): boolean {
  return value < target || (value === target && index > targetIndex);
}
