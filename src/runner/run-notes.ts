/** What a report says once of a whole run: of the machine, not of a trial. */
import { energyNotices } from '../measure/energy/energy-sources.js';
import type { JournalLine } from './journal-lines.js';
import { machineNotes } from './kept-results.js';
import type { MachinePeak } from './peak-probe.js';

/** Of the last run of a journal; empty where it has none. */
export function runNotes(lines: readonly JournalLine[]): string[] {
  const run = lines.findLast((line) => line.kind === 'run');
  if (run === undefined) return [];
  const { energy, peak, peaks = peak === undefined ? [] : [peak] } = run.provenance;
  const ofEnergy = energy === undefined ? [] : energyNotices(energy).map(asSentence);
  return [...peaks.map(peakNote), ...ofEnergy, ...machineNotes(lines)];
}

function peakNote({ gflopsPerSecond, size, device, threads }: MachinePeak): string {
  const reached = `${gflopsPerSecond.toPrecision(3)} GFLOP/s`;
  return `Measured peak of this machine: ${reached}, in products of ${size} × ${size} matrices of float32 on ${device}, ${threads} ${threads === 1 ? 'thread' : 'threads'}.`;
}

function asSentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
