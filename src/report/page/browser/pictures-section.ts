/** The same pictures as every variant makes them, side by side. */
import { methodHue } from '../../charts/palette.js';
import type { TrialGroup } from '../../trial-groups.js';
import { trialNames } from '../../trial-name.js';
import { isBaseline, isMeasured } from '../../trial-row.js';
import { darkTone } from '../dark-chart.js';
import { dot, element, section, withMore } from './element.js';
import { samplePicture } from './samples-section.js';

/** More columns could not be looked at; the rest is behind a button. */
const SHOWN_VARIANTS = 12;

interface PictureSetting {
  readonly pictures: Readonly<Record<string, string>>;
  readonly isDark: boolean;
  readonly onTrial: (trial: string) => void;
}

/** @returns undefined where no trial made pictures */
export function picturesSection(
  group: TrialGroup,
  { pictures, isDark, onTrial }: PictureSetting,
): HTMLElement | undefined {
  const rows = group.rows
    .filter((row) => isMeasured(row) && (row.shown ?? []).length > 0)
    .sort((a, b) => Number(isBaseline(b)) - Number(isBaseline(a)));
  if (rows.length === 0) return undefined;
  const name = trialNames(rows);
  const grids = rows[0]!.shown!.map(({ position, prompt }) => {
    const figures = rows.flatMap((row) => {
      const shown = row.shown!.find((one) => one.position === position);
      if (shown === undefined) return [];
      const hue = isBaseline(row) ? '#000000' : methodHue(row.method, 0);
      const psnr = shown.psnr === null ? '' : ` ${shown.psnr.toFixed(1)} dB`;
      return element(
        'figure',
        {},
        samplePicture(pictures[shown.picture], `${name(row)}: ${prompt}`),
        element(
          'figcaption',
          {},
          dot(isDark ? darkTone(hue) : hue),
          element('button', { class: 'link', onclick: () => onTrial(row.trial) }, name(row)),
          psnr,
        ),
      );
    });
    return element(
      'div',
      { class: 'prompt' },
      element('h3', {}, prompt === '' ? 'No prompt' : prompt),
      ...withMore(element('div', { class: 'pictures' }), figures, SHOWN_VARIANTS, (figure) => figure),
    );
  });
  return section(
    'pictures',
    'What does each variant make of a picture?',
    element('p', { class: 'lead' }, 'In dB: PSNR to the unmerged picture of the same prompt and seed.'),
    ...grids,
  );
}
