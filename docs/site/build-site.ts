/**
 * Builds the documentation site: every page of docs/ as HTML, with the pictures that they show, in one folder that opens from the disk.
 *
 * Links between pages lead to the built ones; links to other files of the repository lead to where it is published, and are plain text as long as nobody says where that is.
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderMarkdown } from './markdown.js';
import { sitePage } from './page-template.js';
import { type SitePage, sitePages } from './pages.js';

export const repository = new URL('../../', import.meta.url);

export interface SiteOptions {
  /** Address of the repository's files, with a slash at the end: `https://github.com/owner/name/blob/main/`. */
  readonly sourceUrl?: string | undefined;
}

const FONTS = ['inter-latin-400-normal.woff2', 'inter-latin-600-normal.woff2'];

/** Writes the site, in place of what was there. @returns names of the files, relative to the folder */
export function buildSite(folder: string, { sourceUrl }: SiteOptions = {}): string[] {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(path.join(folder, 'images'), { recursive: true });
  const { version } = JSON.parse(readFileSync(new URL('package.json', repository), 'utf8')) as {
    version: string;
  };
  const images = new Set<string>();
  for (const page of sitePages) {
    const { html, headings } = renderMarkdown(page.markdown(repository), (written) => {
      const target = siteTarget(page, written, sourceUrl);
      if (target?.startsWith('images/')) images.add(target);
      return target;
    });
    writeFileSync(path.join(folder, page.file), sitePage({ page, html, headings, version }));
  }
  for (const image of images) copyFileSync(new URL(`docs/${image}`, repository), path.join(folder, image));
  copyFileSync(new URL('style.css', import.meta.url), path.join(folder, 'style.css'));
  for (const font of FONTS) copyFileSync(fontFile(font), path.join(folder, font));
  return [...sitePages.map(({ file }) => file), ...images, 'style.css', ...FONTS];
}

/** Where a link that is written in a page leads in the site. */
function siteTarget(page: SitePage, written: string, sourceUrl: string | undefined): string | null {
  if (/^(https?:|mailto:|#)/.test(written)) return written;
  const [target = '', anchor] = written.split('#');
  const inRepository = path.posix.join(path.posix.dirname(page.source), target);
  const found = sitePages.find(({ source }) => source === inRepository);
  if (found !== undefined) return anchor === undefined ? found.file : `${found.file}#${anchor}`;
  if (inRepository.startsWith('docs/images/')) return inRepository.slice('docs/'.length);
  return sourceUrl === undefined ? null : `${sourceUrl}${inRepository}`;
}

function fontFile(name: string): string {
  const manifest = createRequire(import.meta.url).resolve('@fontsource/inter/package.json');
  return path.join(path.dirname(manifest), 'files', name);
}

/** `npm run docs [-- FOLDER]` */
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = path.resolve(process.argv[2] ?? fileURLToPath(new URL('build/docs', repository)));
  const files = buildSite(folder, { sourceUrl: process.env.DOCS_SOURCE_URL });
  console.log(`${files.length} files. Open ${path.join(folder, 'index.html')}`);
}
