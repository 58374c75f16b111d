/** Which blocks and which views pictures of merging show, as written on the command line. */
import { oneOf } from '../errors/did-you-mean.js';
import { TurboError } from '../errors/turbo-error.js';
import { type MergingView, mergingViews } from '../report/merging/merging-view.js';

/** Blocks of an encoder: `0,3,5`; null for all. @throws TurboError for what is no block of the model */
export function layersFrom(text: string | undefined, layerCount: number): number[] | null {
  return placesFrom('layers', text, layerCount, 'turbo-bench inspect MODEL lists the blocks');
}

/** Numbers from 0 to `count − 1`; null where there is no text. @throws TurboError for any other */
export function placesFrom(
  flag: string,
  text: string | undefined,
  count: number,
  next?: string,
): number[] | null {
  if (text === undefined) return null;
  return wordsOf(text).map((word) => {
    const place = /^\d+$/.test(word) ? Number(word) : Number.NaN;
    if (place < count) return place;
    throw new TurboError(`--${flag} names ${flag === 'layers' ? 'a block' : 'a step'} that there is not.`, {
      value: word,
      allowed: `0 to ${count - 1}, separated by commas`,
      ...(next === undefined ? {} : { next }),
    });
  });
}

/** `regions,sizes`; all views where none is named. @throws TurboError for an unknown one */
export function viewsFrom(text: string | undefined): readonly MergingView[] {
  if (text === undefined) return mergingViews;
  const names = mergingViews.map(({ name }) => name);
  return wordsOf(text).map((word) => {
    const view = mergingViews.find(({ name }) => name === word);
    if (view !== undefined) return view;
    throw new TurboError('--views names a view that there is not.', {
      value: word,
      allowed: oneOf(word, names),
    });
  });
}

function wordsOf(text: string): string[] {
  return [...new Set(text.split(',').map((word) => word.trim()))];
}
