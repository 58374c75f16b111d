/**
 * The document around a page: one file with everything in it, which opens from the disk and asks nobody for anything.
 *
 * A Content-Security-Policy forbids every request and every script but those that were written here, whose hashes it lists (W3C Content
 * Security Policy Level 3).
 */
import { createHash } from 'node:crypto';

export interface PageShell {
  readonly title: string;
  readonly style: string;
  /** What a reader without scripts is told. */
  readonly withoutScript: string;
  /** Read by the scripts; it holds no `<`. */
  readonly data: { readonly type: 'text/plain' | 'application/json'; readonly text: string };
  /** Run in this order. */
  readonly scripts: readonly string[];
  /** Whether scripts compile text, as Vega does with the expressions of a chart. */
  readonly compiles: boolean;
  /** Whether the page may ask the address that it was served from. */
  readonly live: boolean;
}

/** The same bytes for the same content. */
export function pageDocument(shell: PageShell): string {
  const scripts = shell.scripts.map(inlineScript);
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy(scripts, shell)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escaped(shell.title)} · turbo-bench</title>`,
    '<link rel="icon" href="data:,">',
    `<style>${shell.style}</style>`,
    '</head>',
    '<body>',
    `<noscript><p>${escaped(shell.withoutScript)}</p></noscript>`,
    '<div id="page"></div>',
    `<script type="${shell.data.type}" id="data">${shell.data.text}</script>`,
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

function policy(scripts: readonly string[], { compiles, live }: PageShell): string {
  const hashes = scripts.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  return [
    "default-src 'none'",
    `script-src ${[...hashes, ...(compiles ? ["'unsafe-eval'"] : [])].join(' ')}`,
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
