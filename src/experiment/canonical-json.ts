/** One text for equal values: keys sorted, undefined left out. Fingerprints and comparisons are made from it. */

export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}

/** The values without repetitions, the first of equal ones staying. @param keyOf equal for values that are */
export function distinct<T>(values: readonly T[], keyOf: (value: T) => string = canonicalJson): T[] {
  const seen = new Map<string, T>();
  for (const value of values) {
    const key = keyOf(value);
    if (!seen.has(key)) seen.set(key, value);
  }
  return [...seen.values()];
}
