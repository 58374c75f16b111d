/** All charts, in the order in which they are written. A new chart is one file and one line here. */

import { oneOf } from '../../errors/did-you-mean.js';
import { TurboError } from '../../errors/turbo-error.js';
import { accuracyByAlpha } from './accuracy-by-alpha.js';
import { accuracyByAmount } from './accuracy-by-amount.js';
import type { ChartDefinition } from './chart-definition.js';
import { compression } from './compression.js';
import { layersAblation } from './layers.js';
import { semanticValidity } from './semantic-validity.js';
import { speedupByFlops } from './speedup-by-flops.js';
import { tradeOff } from './trade-off.js';

export const CHARTS: readonly ChartDefinition[] = [
  tradeOff,
  accuracyByAmount,
  accuracyByAlpha,
  layersAblation,
  speedupByFlops,
  compression,
  semanticValidity,
];

/** What an experiment asks for: every chart that has data, none, or those named. */
export type ChartChoice = 'default' | 'none' | readonly string[];

export function chosenCharts(choice: ChartChoice): readonly ChartDefinition[] {
  if (choice === 'default') return CHARTS;
  if (choice === 'none') return [];
  return choice.map((name) => {
    const found = CHARTS.find((definition) => definition.name === name);
    if (found) return found;
    throw new TurboError('There is no chart of that name', {
      value: name,
      allowed: oneOf(
        name,
        CHARTS.map((definition) => definition.name),
      ),
      next: 'Correct the list under `charts`, or write `charts: default`.',
    });
  });
}
