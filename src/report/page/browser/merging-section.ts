/** Pictures of merging that were drawn into the run's folder, one at a time. */
import type { MergingPicture } from '../../merging/merging-picture.js';
import { element, section, select } from './element.js';
import { HOW_TO_POINT, mergingFigure } from './merging-figure.js';

/** The picture that is looked at, kept when the page is drawn again. */
let shown = 0;

/** @returns undefined where no picture was drawn */
export function mergingSection(
  pictures: readonly MergingPicture[],
  isDark: boolean,
): HTMLElement | undefined {
  if (pictures.length === 0) return undefined;
  const place = element('div');
  const show = (at: number): void => {
    shown = at;
    const picture = pictures[at]!;
    place.replaceChildren(
      element('p', { class: 'quiet' }, pictureWords(picture)),
      mergingFigure(picture, isDark).part,
    );
  };
  const options = pictures.map((picture, at) => ({ value: String(at), text: pictureWords(picture) }));
  show(Math.min(shown, pictures.length - 1));
  return section(
    'merging',
    'What is merged in a picture?',
    element('p', { class: 'lead' }, HOW_TO_POINT),
    pictures.length > 1
      ? select('Picture', options, String(shown), (value) => show(Number(value)))
      : undefined,
    place,
  );
}

/** `emoji-clip · cat.png · “a cat”` */
export function pictureWords({ model, name, text }: MergingPicture): string {
  return [model, name, ...(text === null ? [] : [`“${text}”`])].join(' · ');
}
