/** Which blocks and which views pictures of merging show, as written on the command line. */
import { oneOf } from '../errors/did-you-mean.js';
import { TurboError } from '../errors/turbo-error.js';
import { type MergingView, mergingViews } from '../report/merging/merging-view.js';

/** `0,3,5`; null for all blocks. @throws TurboError for what is no block of the model */
export function layersFrom(text: string | undefined, layerCount: number): number[] | null {
  if (text === undefined) return null;
  return wordsOf(text).map((word) => {
    const layer = /^\d+$/.test(word) ? Number(word) : Number.NaN;
    if (layer < layerCount) return layer;
    throw new TurboError('--layers names a block that the model does not have.', {
      value: word,
      allowed: `0 to ${layerCount - 1}, separated by commas`,
      next: 'turbo-bench inspect MODEL lists the blocks',
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
