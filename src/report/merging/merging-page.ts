/** merging.html: one picture with sliders for layer and α, in one file. */
import { fontRules, pageScripts } from '../page/inlined-files.js';
import { pageDocument } from '../page/page-shell.js';
import { type MergingPicture, shortened } from './merging-picture.js';

/** The whole page as HTML, the same bytes for the same picture. */
export async function mergingPage(picture: MergingPicture): Promise<string> {
  const { merging, style } = await pageScripts();
  return pageDocument({
    title: `${picture.name} · merging`,
    style: `${fontRules()}\n${style}`,
    withoutScript:
      'This page draws with a script. The sheets of the same command, as PNG or SVG, show the same without one.',
    data: {
      type: 'application/json',
      text: JSON.stringify(shortened(picture)).replaceAll('<', '\\u003c'),
    },
    scripts: [merging],
    compiles: false,
    live: false,
  });
}
