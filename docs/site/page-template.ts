/** One page of the site: the list of pages, the text, and where it stands in it. No script, and nothing from elsewhere. */
import type { Heading } from './markdown.js';
import { pageGroups, type SitePage } from './pages.js';

export interface PageContent {
  readonly page: SitePage;
  readonly html: string;
  readonly headings: readonly Heading[];
  readonly version: string;
}

/** A reader of a reference with more headings than this looks at the text, not at a list of them. */
const MOST_CONTENTS = 60;

export function sitePage({ page, html, headings, version }: PageContent): string {
  const title = headings.find(({ level }) => level === 1)?.text ?? page.title;
  const name = page.file === 'index.html' ? 'turbo-bench' : `${title} · turbo-bench`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' data:; style-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(name)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="style.css">
</head>
<body>
<a class="skip" href="#text">To the text</a>
<header><a href="index.html">turbo-bench</a> <span>${escaped(version)}</span></header>
<div class="columns">
${navigation(page)}
<main id="text">
${html}
</main>
${contents(headings)}
</div>
</body>
</html>
`;
}

/** Closed on narrow screens, where it stands above the text; the style opens it where there is room. */
function navigation(current: SitePage): string {
  const groups = pageGroups.map(
    ({ title, pages }) =>
      `<h2>${escaped(title)}</h2>\n<ul>\n${pages.map((page) => entry(page, current)).join('\n')}\n</ul>`,
  );
  return `<nav aria-label="Pages"><details><summary>Pages</summary>\n${groups.join('\n')}\n</details>\n<div class="open">\n${groups.join('\n')}\n</div></nav>`;
}

function entry({ file, title }: SitePage, current: SitePage): string {
  const mark = file === current.file ? ' aria-current="page"' : '';
  return `<li><a href="${file}"${mark}>${escaped(title)}</a></li>`;
}

function contents(headings: readonly Heading[]): string {
  const shown = headings.filter(({ level }) => level === 2);
  const deeper =
    headings.filter(({ level }) => level === 1).length > 1
      ? headings.filter(({ level }) => level < 3)
      : shown;
  if (deeper.length < 2 || deeper.length > MOST_CONTENTS) return '<aside></aside>';
  const lines = deeper.map(
    ({ id, text, level }) => `<li class="level-${level}"><a href="#${id}">${escaped(text)}</a></li>`,
  );
  return `<aside aria-label="On this page"><h2>On this page</h2>\n<ul>\n${lines.join('\n')}\n</ul></aside>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
