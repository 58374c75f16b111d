/**
 * JSON with one line per entry: small, and readable in a diff.
 */
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { finished } from 'node:stream/promises';

/** An object whose arrays take one line an entry. */
export async function writeLines(path: string, value: Readonly<Record<string, unknown>>): Promise<void> {
  const fields = Object.entries(value).map(([key, field]) => {
    const text = Array.isArray(field) ? linesOf(field) : JSON.stringify(field);
    return `${JSON.stringify(key)}:${text}`;
  });
  await writeFile(path, `{${fields.join(',\n')}}\n`);
}

/** An array, one line an entry. */
export async function writeArray(path: string, entries: readonly unknown[]): Promise<void> {
  await writeFile(path, `${linesOf(entries)}\n`);
}

/** JSON Lines, written as they are made. */
export async function writeJsonLines(path: string, entries: Iterable<unknown>): Promise<void> {
  const out = createWriteStream(path);
  for (const entry of entries) {
    const line = `${JSON.stringify(entry)}\n`;
    if (!out.write(line)) await new Promise<void>((resolve) => out.once('drain', resolve));
  }
  out.end();
  await finished(out);
}

function linesOf(entries: readonly unknown[]): string {
  return `[\n${entries.map((entry) => JSON.stringify(entry)).join(',\n')}\n]`;
}
