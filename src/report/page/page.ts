/**
 * report.html: one file with everything in it, which opens from the disk and asks nobody for anything.
 *
 * A Content-Security-Policy forbids every request and every script but those that were written here, whose hashes it lists (W3C Content
 * Security Policy Level 3). `unsafe-eval` is for Vega, which compiles the expressions of a chart; no expression holds text from data.
 */
import { createHash } from 'node:crypto';
import { fontRules, libraryScripts, pageScript } from './inlined-files.js';
import { encodePageData, type PageData } from './page-data.js';

/** Name of the file in a report folder. */
export const PAGE_FILE = 'report.html';

/** The whole page as HTML, the same bytes for the same data. */
export async function renderPage(data: PageData): Promise<string> {
  const { script, style } = await pageScript();
  const scripts = [...libraryScripts(), script].map(inlineScript);
  const title = data.runs.map(({ name }) => name).join(' and ');
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy(scripts, data.live)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escaped(title)} · turbo-bench</title>`,
    '<link rel="icon" href="data:,">',
    `<style>${fontRules()}\n${style}</style>`,
    '</head>',
    '<body>',
    '<noscript><p>This page draws its charts and tables with a script. tables.md and charts/ hold the same without one.</p></noscript>',
    '<div id="page"></div>',
    `<script type="text/plain" id="data">${encodePageData(data)}</script>`,
    ...scripts.map((text) => `<script>${text}</script>`),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** A script that its own text cannot end. */
function inlineScript(text: string): string {
  return text.replace(/<\/(script)/gi, '<\\/$1').replaceAll('<!--', '<\\!--');
}

/** @param live whether the page may ask the address that it was served from */
function policy(scripts: readonly string[], live: boolean): string {
  const hashes = scripts.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  return [
    "default-src 'none'",
    `script-src ${hashes.join(' ')} 'unsafe-eval'`,
    "style-src 'unsafe-inline'",
    'img-src data:',
    'font-src data:',
    `connect-src ${live ? "'self'" : "'none'"}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
