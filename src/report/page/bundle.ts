/**
 * Puts the page's own script together: one plain browser script and one style sheet from the modules under `browser/`.
 *
 * The modules draw the charts by the very definitions that make SVG and PNG; only the width of text is asked of the browser and not of
 * the font files. `npm run build` writes both beside the compiled page, so that an installed package needs no bundler.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The page's own script and style, ready to be inlined. */
export interface PageScript {
  readonly script: string;
  readonly style: string;
}

const root = new URL('../../../', import.meta.url);

/** Bundles from the sources of a checkout, wherever this file itself was compiled to. */
export async function bundlePageScript(): Promise<PageScript> {
  const { build } = await import('esbuild');
  const browser = new URL('src/report/page/browser/', root);
  const { outputFiles } = await build({
    entryPoints: ['page.ts', 'page.css'].map((file) => fileURLToPath(new URL(file, browser))),
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
  const textOf = (ending: string): string => outputFiles.find(({ path }) => path.endsWith(ending))!.text;
  return { script: textOf('.js'), style: textOf('.css') };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { script, style } = await bundlePageScript();
  writeFileSync(new URL('dist/report/page/browser.js', root), script);
  writeFileSync(new URL('dist/report/page/browser.css', root), style);
}
