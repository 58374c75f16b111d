/** The files that go into a report page: the page's own script and style, Vega, Vega-Lite and the font. */
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { BUILT_FILES, bundlePageScripts, type PageScripts } from './bundle.js';

let read: Promise<PageScripts> | undefined;

/** As `npm run build` left them; in a checkout where they are not built, put together now. */
export function pageScripts(): Promise<PageScripts> {
  read ??= existsSync(builtFile('report')) ? builtPageScripts() : bundlePageScripts();
  return read;
}

async function builtPageScripts(): Promise<PageScripts> {
  const [report, merging, style] = await Promise.all(
    (['report', 'merging', 'style'] as const).map((name) => readFile(builtFile(name), 'utf8')),
  );
  return { report: report!, merging: merging!, style: style! };
}

function builtFile(name: keyof PageScripts): URL {
  return new URL(BUILT_FILES[name], import.meta.url);
}

/** The browser builds that Vega and Vega-Lite ship: plain scripts, to be run in this order. */
export function libraryScripts(): string[] {
  return ['vega/build/vega.min.js', 'vega-lite/build/vega-lite.min.js'].map((file) =>
    readFileSync(dependencyFile(file), 'utf8'),
  );
}

const FONT_PARTS = [
  { part: 'latin', range: 'U+0000-00FF, U+2000-206F, U+20AC, U+2122, U+2212' },
  { part: 'greek', range: 'U+0370-03FF' },
];

/** `@font-face` rules with Inter inlined, so that the page looks the same everywhere. */
export function fontRules(): string {
  return [400, 600]
    .flatMap((weight) =>
      FONT_PARTS.map(({ part, range }) => {
        const bytes = readFileSync(
          dependencyFile(`@fontsource/inter/files/inter-${part}-${weight}-normal.woff2`),
        );
        const source = `url(data:font/woff2;base64,${bytes.toString('base64')}) format('woff2')`;
        return `@font-face{font-family:Inter;font-weight:${weight};src:${source};unicode-range:${range}}`;
      }),
    )
    .join('\n');
}

const { resolve } = createRequire(import.meta.url);

/** A file of a package, also where the package does not list it among its exports. */
function dependencyFile(file: string): string {
  const folders = resolve.paths(file) ?? [];
  return folders.map((folder) => `${folder}/${file}`).find(existsSync) ?? `node_modules/${file}`;
}
