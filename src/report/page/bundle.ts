/**
 * Puts the scripts of the pages together: one plain browser script for each and one style sheet, from the modules under `browser/`.
 *
 * The modules draw the charts by the very definitions that make SVG and PNG; only the width of text is asked of the browser and not of
 * the font files. `npm run build` writes them beside the compiled page, so that an installed package needs no bundler.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Scripts and style of the pages, ready to be inlined. */
export interface PageScripts {
  /** Of report.html. */
  readonly report: string;
  /** Of merging.html. */
  readonly merging: string;
  readonly style: string;
}

/** Where `npm run build` leaves them, beside the compiled page. */
export const BUILT_FILES: Readonly<Record<keyof PageScripts, string>> = {
  report: 'browser.js',
  merging: 'browser-merging.js',
  style: 'browser.css',
};

const root = new URL('../../../', import.meta.url);

/** Bundles from the sources of a checkout, wherever this file itself was compiled to. */
export async function bundlePageScripts(): Promise<PageScripts> {
  const { build } = await import('esbuild');
  const browser = new URL('src/report/page/browser/', root);
  const { outputFiles } = await build({
    entryPoints: ['page.ts', 'merging.ts', 'page.css'].map((file) => fileURLToPath(new URL(file, browser))),
    ...{ bundle: true, minify: true, write: false, format: 'iife', target: 'es2022', platform: 'browser' },
    ...{ outdir: 'page', legalComments: 'none', charset: 'utf8', logLevel: 'silent' },
    plugins: [
      {
        name: 'measured-text',
        setup({ onResolve }) {
          onResolve({ filter: /\/glyphs\.js$/ }, () => ({
            path: fileURLToPath(new URL('measured-text.ts', browser)),
          }));
        },
      },
    ],
  });
  const textOf = (file: string): string => outputFiles.find(({ path }) => path.endsWith(`/${file}`))!.text;
  return { report: textOf('page.js'), merging: textOf('merging.js'), style: textOf('page.css') };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const scripts = await bundlePageScripts();
  for (const name of ['report', 'merging', 'style'] as const)
    writeFileSync(new URL(`dist/report/page/${BUILT_FILES[name]}`, root), scripts[name]);
}
