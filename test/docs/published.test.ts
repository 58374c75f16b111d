import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { headlineRows, publishedPage, speedupOf } from '../../.ci/published.js';

const root = new URL('../../', import.meta.url);

describe('docs/published.md', () => {
  it('is what bench/headline.json says (npx tsx .ci/published.ts writes it)', async () => {
    expect(readFileSync(new URL('docs/published.md', root), 'utf8')).toBe(await publishedPage());
  });

  it('has no figure that does not stand where it says (change bench/headline.json with bench/README.md)', () => {
    for (const row of headlineRows()) {
      if (row.figures === null) continue;
      const text = readFileSync(new URL(row.from, root), 'utf8');
      for (const quote of row.quotes) expect(text).toContain(quote);
      for (const figure of row.figures)
        expect(row.quotes.some((quote) => quote.includes(figure.toFixed(2)))).toBe(true);
    }
  });

  it('divides a throughput by that of the unreduced model', () => {
    const captions = headlineRows().find(({ model }) => model.includes('captions'))!;
    expect(speedupOf(captions)).toBeCloseTo(1.607, 3);
  });
});
