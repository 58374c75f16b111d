/** The bar at the top: what this is, where its parts are, and the switch between light and dark. */
import type { PageData } from '../page-data.js';
import { element } from './element.js';

/** Parts of the page by the ids of their sections; a part that the page does not have is not offered. */
const PARTS: readonly (readonly [id: string, text: string])[] = [
  ['answer', 'Answer'],
  ['comparison', 'A beside B'],
  ['lost', 'Went wrong'],
  ['invalid', 'Not valid'],
  ['trials', 'Trials'],
  ['charts', 'Charts'],
  ['samples', 'Samples'],
  ['pictures', 'Pictures'],
  ['notes', 'Notes'],
];

export function pageHeader({ runs, live }: PageData, isDark: boolean, onTheme: () => void): HTMLElement {
  const nav = element('nav', { 'aria-label': 'Parts of this page' });
  // The sections stand there a moment later than this bar.
  queueMicrotask(() =>
    nav.append(
      ...PARTS.filter(([id]) => document.getElementById(id) !== null).map(([id, text]) =>
        element(
          'button',
          {
            class: 'link',
            onclick: () => document.getElementById(id)?.scrollIntoView({ behavior: 'smooth' }),
          },
          text,
        ),
      ),
    ),
  );
  return element(
    'header',
    { class: 'bar' },
    element(
      'p',
      { class: 'name' },
      element('strong', {}, runs.map(({ name }) => name).join(' and ')),
      element('span', { class: 'quiet' }, ' turbo-bench'),
      live ? element('span', { class: 'live', id: 'live', role: 'status' }, 'live') : undefined,
    ),
    nav,
    element(
      'button',
      { class: 'theme', 'aria-pressed': String(isDark), onclick: onTheme },
      isDark ? 'Light' : 'Dark',
    ),
  );
}
