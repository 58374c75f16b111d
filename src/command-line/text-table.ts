/** Columns of text for a terminal. */

/** @param right indices of columns that are set flush right, as numbers are */
export function textTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    widths
      .map((width, column) => {
        const text = row[column] ?? '';
        return right.includes(column) ? text.padStart(width) : text.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(headings), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

/** `1.53 G`, `86.6 M`: three digits and a decimal prefix. */
export function withPrefix(value: number): string {
  const steps = ['', ' k', ' M', ' G', ' T', ' P'];
  let step = 0;
  let left = value;
  while (Math.abs(left) >= 999.5 && step < steps.length - 1) {
    left /= 1000;
    step++;
  }
  return `${left >= 99.95 || step === 0 ? left.toFixed(0) : left >= 9.995 ? left.toFixed(1) : left.toFixed(2)}${steps[step]}`;
}
