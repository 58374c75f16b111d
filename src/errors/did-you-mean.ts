/** Suggestions for a mistyped name. */
import { closest, distance } from 'fastest-levenshtein';

/** The name of `known` nearest to `typed`, or undefined when none is near enough to have been meant. */
export function nearestName(typed: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const lower = typed.toLowerCase();
  const best = closest(
    lower,
    known.map((name) => name.toLowerCase()),
  );
  const tolerated = Math.max(1, Math.floor(Math.max(lower.length, best.length) / 3));
  return distance(lower, best) <= tolerated ? known.find((name) => name.toLowerCase() === best) : undefined;
}

/** Shorter beginnings say too little of what was meant. */
const SHORTEST_BEGINNING = 3;

/** The nearest name, or else those of which no more than the beginning was typed. */
function namesMeant(typed: string, known: readonly string[]): readonly string[] {
  const nearest = nearestName(typed, known);
  if (nearest !== undefined) return [nearest];
  if (typed.length < SHORTEST_BEGINNING) return [];
  return known.filter((name) => name.toLowerCase().startsWith(typed.toLowerCase()));
}

/** `"one of: a, b, c (did you mean b?)"`: the `allowed` part of a `TurboError` about a name. */
export function oneOf(typed: string, known: readonly string[]): string {
  const meant = namesMeant(typed, known).join(' or ');
  return `one of: ${known.join(', ')}${meant === '' ? '' : ` (did you mean ${meant}?)`}`;
}
