/** Names of files that lie in one folder: each as it is, with a number behind those that a file system would take for an earlier one. */

/**
 * The names in their order: `clip`, `clip-2`, `clip-3` for three that are equal.
 * Names that differ in case or in how their letters are composed count as equal, as they do on Windows and macOS.
 */
export function distinctNames(names: readonly string[]): string[] {
  const plain = new Set(names.map(folded));
  const used = new Set<string>();
  return names.map((name) => {
    let distinct = name;
    for (let number = 2; used.has(folded(distinct)); number++) {
      const numbered = `${name}-${number}`;
      if (!plain.has(folded(numbered))) distinct = numbered;
    }
    used.add(folded(distinct));
    return distinct;
  });
}

/** Equal for names that may be one file; by way of upper case, which has one letter for σ and ς. */
function folded(name: string): string {
  return name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
}
