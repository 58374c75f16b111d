/** report.html: all of a run in one file. */
import { fontRules, libraryScripts, pageScripts } from './inlined-files.js';
import { encodePageData, type PageData } from './page-data.js';
import { pageDocument } from './page-shell.js';

/** Name of the file in a report folder. */
export const PAGE_FILE = 'report.html';

/** The whole page as HTML, the same bytes for the same data. */
export async function renderPage(data: PageData): Promise<string> {
  const { report, style } = await pageScripts();
  return pageDocument({
    title: data.runs.map(({ name }) => name).join(' and '),
    style: `${fontRules()}\n${style}`,
    withoutScript:
      'This page draws its charts and tables with a script. tables.md and charts/ hold the same without one.',
    data: { type: 'text/plain', text: encodePageData(data) },
    scripts: [...libraryScripts(), report],
    compiles: true,
    live: data.live,
  });
}
