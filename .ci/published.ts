/**
 * Writes docs/published.md: the headline of the paper beside what has been measured of it, each figure with the place where it stands.
 * Run `npx tsx .ci/published.ts` after a change of bench/headline.json; a test tells when it was forgotten.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { markdownTable } from '../src/report/markdown-table.js';
import { readReference } from '../src/report/reference/list-references.js';
import { rowsNamed } from '../src/report/reference/reproduction.js';

const root = new URL('../', import.meta.url);
const page = new URL('docs/published.md', root);

const Measured = z.object({
  device: z.string(),
  figures: z
    .array(z.number())
    .min(1)
    .max(2)
    .describe('A speed-up, or a throughput and that of the unreduced model.'),
  quotes: z.array(z.string().min(1)).min(1).describe('Where the figures stand, letter by letter.'),
  from: z.string().describe('The file.'),
});
const NotMeasured = z.object({ device: z.null(), figures: z.null() });
const Common = z.object({
  claim: z.enum(['understanding', 'generation', 'both']),
  model: z.string(),
  weights: z.enum(['random', 'trained']),
  imageSize: z.int().nullable(),
  method: z.string(),
  setting: z.string(),
});
const Row = z.union([Common.extend(Measured.shape), Common.extend(NotMeasured.shape)]);
export type HeadlineRow = z.infer<typeof Row>;

export function headlineRows(): HeadlineRow[] {
  const text = readFileSync(new URL('bench/headline.json', root), 'utf8');
  return z.strictObject({ rows: z.array(Row) }).parse(JSON.parse(text)).rows;
}

/** The speed-up that a row tells; null where nothing was measured. */
export function speedupOf({ figures }: HeadlineRow): number | null {
  if (figures === null) return null;
  return figures[0]! / (figures[1] ?? 1);
}

/** The page as it should be. */
export async function publishedPage(): Promise<string> {
  const claims = rowsNamed(await readReference('headline-claims'), {}).filter(({ method }) =>
    String(method).startsWith('turbo'),
  );
  const published = claims.map(({ scope, from, to, qualifier, source }) => [
    String(scope),
    from === to ? `${from}×` : `${from}× to ${to}×`,
    String(qualifier),
    String(source),
  ]);
  const measured = headlineRows().map((row) => [
    row.claim,
    `${row.model}, ${row.weights} weights`,
    row.imageSize === null ? '' : String(row.imageSize),
    row.method,
    row.setting,
    row.device ?? '',
    speedupOf(row) === null ? 'not measured' : `${speedupOf(row)!.toFixed(2)}×`,
    row.figures === null ? '' : `[${row.from}](../${row.from})`,
  ]);
  return `${INTRODUCTION}
## Published

${table(['what', 'faster by', 'said as', 'source'], [1], published)}

## Measured, and not measured

${table(['claim', 'model', 'px', 'method', 'setting', 'device', 'speed-up', 'figure from'], [2, 6], measured)}
${REMARKS}`;
}

const INTRODUCTION = `# The paper's headline, and what is measured of it

<!-- written by .ci/published.ts from bench/headline.json and reports/reference/headline-claims.json -->

Turbo's authors say that it makes understanding about twice as fast and generation about 1.6 times. A speed-up without its conditions says little, so this page has
one line for each condition under which turbo-bench has measured it, and says where it has not.
`;

const REMARKS = `
- A speed-up grows with r, and so does the loss. With random weights only the speed is known; what a setting costs in accuracy is another table
  ([reproduce](reproduce.md)).
- Two lines of BLIP are of one measurement: of whole captions, as the authors' scripts time them, and of the image encoder alone, as they time retrieval and
  questions.
- Turbo pays in a U-Net for its semantic value ([benchmarks](../bench/README.md)); the settings of the authors' figure for generation are not published.

All lines of BLIP and of Stable Diffusion with random weights can be measured at once, with nothing to download:

<!-- not run: hours on a CPU -->
\`\`\`sh
npx turbo-bench reproduce headline-claims
\`\`\`
`;

function table(
  headings: readonly string[],
  right: readonly number[],
  rows: readonly (readonly string[])[],
): string {
  const columns = headings.map((heading, at) => ({
    heading,
    align: right.includes(at) ? ('right' as const) : ('left' as const),
  }));
  return markdownTable(columns, rows);
}

if (process.argv[1] === new URL(import.meta.url).pathname) writeFileSync(page, await publishedPage());
