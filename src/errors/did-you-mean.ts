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

/** `"one of: a, b, c (did you mean b?)"`: the `allowed` part of a `TurboError` about a name. */
export function oneOf(typed: string, known: readonly string[]): string {
  const nearest = nearestName(typed, known);
  return `one of: ${known.join(', ')}${nearest === undefined ? '' : ` (did you mean ${nearest}?)`}`;
}
