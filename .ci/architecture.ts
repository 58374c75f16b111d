/**
 * Writes the table of concepts in docs/architecture.md: one line per source file, from the first sentence of its header.
 * Run `npx tsx .ci/architecture.ts` after adding a file; a test tells when it was forgotten.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const root = new URL('../', import.meta.url);
const page = new URL('docs/architecture.md', root);
const marker = '<!-- concepts: written by .ci/architecture.ts -->';

/** The page as it should be. */
export function architecturePage(): string {
  const [introduction] = readFileSync(page, 'utf8').split(marker);
  const files = readdirSync(new URL('src', root), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replaceAll('\\', '/'))
    .sort();
  const folders = groupedByFolder(files);
  const tables = [...folders].map(([folder, inside]) => {
    const rows = inside.map(
      (file) => `| [\`${file.slice(file.lastIndexOf('/') + 1)}\`](../src/${file}) | ${concept(file)} |`,
    );
    return [
      `### ${folder === '.' ? 'src' : `src/${folder}`}`,
      '',
      '| file | concept |',
      '|---|---|',
      ...rows,
    ].join('\n');
  });
  return `${introduction}${marker}\n\n${tables.join('\n\n')}\n`;
}

function groupedByFolder(files: readonly string[]): Map<string, string[]> {
  const folders = new Map<string, string[]>();
  for (const file of files) folders.set(dirname(file), [...(folders.get(dirname(file)) ?? []), file]);
  return folders;
}

/** The first sentence of a file's header comment. */
function concept(file: string): string {
  const text = readFileSync(new URL(`src/${file}`, root), 'utf8');
  const header = /^(?:#!.*\n)?\/\*\*([\s\S]*?)\*\//.exec(text)?.[1] ?? '';
  const prose = header
    .split('\n')
    .map((line) => line.replace(/^\s*\*\s?/, '').trim())
    .join(' ')
    .trim();
  return (/^(.*?\.)(\s|$)/.exec(prose)?.[1] ?? prose).replaceAll('|', '\\|');
}

if (process.argv[1] === new URL(import.meta.url).pathname) writeFileSync(page, architecturePage());
