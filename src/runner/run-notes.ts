/** What a report says once of a whole run: of the machine, not of a trial. */
import { energyNotices } from '../measure/energy/energy-sources.js';
import type { MachinePeak } from './peak-probe.js';
import type { Provenance } from './provenance.js';

export function runNotes({ energy, peak, peaks = peak === undefined ? [] : [peak] }: Provenance): string[] {
  return [...peaks.map(peakNote), ...(energy === undefined ? [] : energyNotices(energy).map(asSentence))];
}

function peakNote({ gflopsPerSecond, size, device, threads }: MachinePeak): string {
  const reached = `${gflopsPerSecond.toPrecision(3)} GFLOP/s`;
  return `Measured peak of this machine: ${reached}, in products of ${size} × ${size} matrices of float32 on ${device}, ${threads} ${threads === 1 ? 'thread' : 'threads'}.`;
}

function asSentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
