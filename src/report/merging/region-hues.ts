/** A border colour for every region of a picture, so that its separate parts are found again and neighbours differ. */
import { hueAt } from '../charts/palette.js';

const HUES = 8;

/**
 * @param regions for every patch its region, null for a dropped one
 * @returns by region: the next hue in turn that no region beside it has, as far as there is one
 */
export function regionHues(
  regions: readonly (number | null)[],
  { columns, count }: { readonly columns: number; readonly count: number },
): string[] {
  const beside = neighbours(regions, columns, count);
  const hues: number[] = [];
  for (let region = 0; region < count; region++) {
    const taken = new Set([...beside[region]!].map((other) => hues[other]));
    const inTurn = Array.from({ length: HUES }, (_, step) => (region + step) % HUES);
    hues.push(inTurn.find((hue) => !taken.has(hue)) ?? region % HUES);
  }
  return hues.map(hueAt);
}

function neighbours(regions: readonly (number | null)[], columns: number, count: number): Set<number>[] {
  const beside = Array.from({ length: count }, () => new Set<number>());
  const meet = (a: number | null, b: number | null | undefined): void => {
    if (a === null || b === null || b === undefined || a === b) return;
    beside[a]!.add(b);
    beside[b]!.add(a);
  };
  for (const [patch, region] of regions.entries()) {
    if ((patch + 1) % columns > 0) meet(region, regions[patch + 1]);
    meet(region, regions[patch + columns]);
  }
  return beside;
}
