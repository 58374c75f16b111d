import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaPath, borderPath, centerOf } from '../../../src/report/merging/patch-paths.js';
import { regionHues } from '../../../src/report/merging/region-hues.js';

const grid = { rows: 5, columns: 7, left: 10, top: 20, side: 8 };
const patches = fc.uniqueArray(fc.nat({ max: 34 }), { minLength: 1 });

/** Pixels inside the rectangles of a path, each once. */
function covered(path: string): Set<string> {
  const pixels = new Set<string>();
  for (const [, x, y, w, h] of path.matchAll(/M(\d+) (\d+)h(\d+)v(\d+)[^M]*z/g))
    for (let dy = 0; dy < Number(h); dy++)
      for (let dx = 0; dx < Number(w); dx++) pixels.add(`${Number(x) + dx} ${Number(y) + dy}`);
  return pixels;
}

function pixelsOf(all: readonly number[]): Set<string> {
  const inside = all.flatMap((patch) =>
    Array.from({ length: 64 }, (_, at) => {
      const [x, y] = [10 + 8 * (patch % 7) + (at % 8), 20 + 8 * Math.floor(patch / 7) + Math.floor(at / 8)];
      return `${x} ${y}`;
    }),
  );
  return new Set(inside);
}

describe('the path of an area', () => {
  it('covers its patches and nothing else', () => {
    fc.assert(
      fc.property(patches, (all) => {
        expect(covered(areaPath(all, grid))).toEqual(pixelsOf(all));
      }),
    );
  });
});

describe('the path of a border', () => {
  it('covers the pixels of the area that touch a pixel outside it, corners too', () => {
    fc.assert(
      fc.property(patches, (all) => {
        const inside = pixelsOf(all);
        const edge = [...inside].filter((pixel) => {
          const [x, y] = pixel.split(' ').map(Number) as [number, number];
          return [-1, 0, 1].some((dx) => [-1, 0, 1].some((dy) => !inside.has(`${x + dx} ${y + dy}`)));
        });
        expect(covered(borderPath(all, grid, 1))).toEqual(new Set(edge));
      }),
      { numRuns: 50 },
    );
  });
});

describe('regionHues', () => {
  it('gives neighbours different hues where there are enough', () => {
    const regions = fc.array(fc.option(fc.nat({ max: 7 })), { minLength: 35, maxLength: 35 });
    fc.assert(
      fc.property(regions, (ofPatch) => {
        const hues = regionHues(ofPatch, { columns: 7, count: 8 });
        for (const [patch, region] of ofPatch.entries())
          for (const next of [(patch + 1) % 7 === 0 ? null : ofPatch[patch + 1], ofPatch[patch + 7]])
            if (region !== null && typeof next === 'number' && next !== region)
              expect(hues[region]).not.toBe(hues[next]);
      }),
    );
  });
});

describe('centerOf', () => {
  it('is the middle of the patches', () => {
    expect(centerOf([0, 2], grid)).toEqual({ x: 22, y: 24 });
  });
});
