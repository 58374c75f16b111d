import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../docs/site/markdown.js';
import { pageGroups, sitePages } from '../../docs/site/pages.js';

const root = new URL('../../', import.meta.url);
const folder = fileURLToPath(root);
const docs = readdirSync(new URL('docs/', root))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);
const pages = new Map(sitePages.map((page) => [page.source, renderMarkdown(page.markdown(root))]));

function pageOf(file: string) {
  const known = pages.get(file) ?? renderMarkdown(readFileSync(path.join(folder, file), 'utf8'));
  pages.set(file, known);
  return known;
}

/** What is wrong with a link that stands in `file`; undefined for one that leads somewhere, or out of the repository. */
function wrongWith(file: string, link: string): string | undefined {
  if (/^(https?:|mailto:)/.test(link)) return undefined;
  const [target = '', anchor] = link.split('#');
  const found = target === '' ? file : path.posix.join(path.posix.dirname(file), target);
  if (!pages.has(found) && !existsSync(path.join(folder, found))) return `${link}: there is no ${found}`;
  if (anchor === undefined || !found.endsWith('.md')) return undefined;
  return pageOf(found).headings.some(({ id }) => id === anchor)
    ? undefined
    : `${link}: ${found} has no such heading`;
}

describe('links in the docs', () => {
  it.each(['README.md', 'bench/README.md', 'reports/reference/README.md', ...docs])(
    'lead to files and headings that are there: %s',
    (file) => {
      const wrong = pageOf(file).links.map((link) => wrongWith(file, link));
      expect(wrong.filter((one) => one !== undefined)).toEqual([]);
    },
  );

  it('know a wrong file and a wrong heading', () => {
    expect(wrongWith('docs/method.md', 'nothing.md')).toContain('there is no docs/nothing.md');
    expect(wrongWith('docs/method.md', 'models.md#nothing')).toContain('no such heading');
    expect(wrongWith('docs/method.md', '#nothing')).toContain('no such heading');
    expect(wrongWith('docs/method.md', '../README.md#licence')).toBeUndefined();
  });
});

describe('the list of pages', () => {
  it('has every file of docs/', () => {
    expect(docs.filter((file) => !sitePages.some(({ source }) => source === file))).toEqual([]);
  });

  it('has each page once', () => {
    expect(new Set(sitePages.map(({ file }) => file)).size).toBe(sitePages.length);
    expect(pageGroups.every(({ pages }) => pages.length > 0)).toBe(true);
  });
});
