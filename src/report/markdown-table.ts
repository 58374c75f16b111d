/** A Markdown table that is legible as plain text too: columns padded, but for a last one of prose; numbers to the right. */

export interface MarkdownColumn {
  heading: string;
  align: 'left' | 'right';
}

/** @param cells `[rows][columns]` */
export function markdownTable(
  columns: readonly MarkdownColumn[],
  cells: readonly (readonly string[])[],
): string {
  const escaped = cells.map((row) =>
    row.map((cell) => cell.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ')),
  );
  const widths = columns.map(({ heading }, at) =>
    Math.max(3, heading.length, ...escaped.map((row) => row[at]?.length ?? 0)),
  );
  const last = columns.length - 1;
  if (columns[last]?.align === 'left') widths[last] = columns[last].heading.length;
  const line = (row: readonly string[]): string =>
    `| ${columns.map(({ align }, at) => pad(row[at] ?? '', widths[at]!, align)).join(' | ')} |`;
  const rule = columns.map(({ align }, at) =>
    align === 'right' ? `${'-'.repeat(widths[at]! - 1)}:` : '-'.repeat(widths[at]!),
  );
  return [line(columns.map(({ heading }) => heading)), line(rule), ...escaped.map(line)].join('\n');
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  return align === 'right' ? text.padStart(width) : text.padEnd(width);
}
