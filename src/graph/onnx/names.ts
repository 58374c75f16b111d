/**
 * Names for everything in an ONNX file: readable, unique, and the same for the same graph.
 */

/** Hands out each name once; one that is taken gets a number behind it. */
export function uniqueNames(reserved: Iterable<string>): (wanted: string) => string {
  const taken = new Set(reserved);
  const counts = new Map<string, number>();
  return (wanted) => {
    let name = wanted;
    while (taken.has(name)) {
      const count = (counts.get(wanted) ?? 1) + 1;
      counts.set(wanted, count);
      name = `${wanted}#${count}`;
    }
    taken.add(name);
    return name;
  };
}
