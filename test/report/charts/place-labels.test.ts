import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { around, boxesOverlap, placeLabels } from '../../../src/report/charts/place-labels.js';

const bounds = { left: 0, right: 400, top: 0, bottom: 300 };

describe('labels of points', () => {
  it('cover no point, no obstacle and no other label, and stay inside', () => {
    const point = fc.record({
      x: fc.double({ min: 0, max: 400, noNaN: true }),
      y: fc.double({ min: 0, max: 300, noNaN: true }),
      width: fc.integer({ min: 6, max: 30 }),
      height: fc.constant(12),
    });
    fc.assert(
      fc.property(fc.array(point, { maxLength: 40 }), (points) => {
        const obstacle = around(200, 150, 60, 60);
        const places = placeLabels(points, { bounds, radius: 6, obstacles: [obstacle] });
        const boxes = places.flatMap((place, at) =>
          place ? [around(place.x, place.y, points[at]!.width, points[at]!.height)] : [],
        );
        const marks = points.map(({ x, y }) => around(x, y, 12, 12));
        for (const [at, box] of boxes.entries()) {
          for (const other of [...marks, obstacle, ...boxes.slice(at + 1)])
            expect(boxesOverlap(box, other)).toBe(false);
          expect(box.left >= 0 && box.right <= 400 && box.top >= 0 && box.bottom <= 300).toBe(true);
        }
      }),
    );
  });

  it('stand above a lone point', () => {
    const [place] = placeLabels([{ x: 100, y: 100, width: 20, height: 12 }], { bounds, radius: 6 });
    expect(place).toEqual({ x: 100, y: 87 });
  });

  it('keep off lines where there is a choice', () => {
    const [place] = placeLabels([{ x: 100, y: 100, width: 20, height: 12 }], {
      bounds,
      radius: 6,
      avoid: [around(100, 85, 30, 10)],
    });
    expect(place!.y).toBeGreaterThan(100);
  });

  it('are left out where there is no room', () => {
    const narrow = { left: 90, right: 110, top: 90, bottom: 110 };
    expect(placeLabels([{ x: 100, y: 100, width: 20, height: 12 }], { bounds: narrow, radius: 6 })).toEqual([
      undefined,
    ]);
  });
});
