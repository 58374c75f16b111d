/** What a report says once of a whole run: of the machine, not of a trial. */
import { energyNotices } from '../measure/energy/energy-sources.js';
import type { Provenance } from './provenance.js';

export function runNotes({ energy }: Provenance): string[] {
  return energy === undefined ? [] : energyNotices(energy).map(asSentence);
}

function asSentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
