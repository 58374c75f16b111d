/** Words and n-grams of a tokenised caption, and how often each n-gram occurs. */

/** The words of a text; white space of any kind and length separates, no-break spaces too, as Python's `str.split()` has it. */
export function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** How often each n-gram of `n` words occurs; the words of a key are joined by spaces. */
export function countNgrams(words: readonly string[], n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let start = 0; start + n <= words.length; start++) {
    const ngram = words.slice(start, start + n).join(' ');
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}
