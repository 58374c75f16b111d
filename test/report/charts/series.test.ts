import { describe, expect, it } from 'vitest';
import { seriesOf } from '../../../src/report/charts/series.js';
import { speedupByFlops } from '../../../src/report/charts/speedup-by-flops.js';
import { tradeOff } from '../../../src/report/charts/trade-off.js';
import { legendOf, onlyDrawing, pointsOf, reducedBy, unreduced } from './drawn.js';

const METHODS = ['turbo', 'tome', 'pruning'];
const PRECISIONS = ['float32', 'int8-weights', 'int4-weights'];
const sweep = PRECISIONS.flatMap((precision) => [
  unreduced(precision),
  ...METHODS.flatMap((method) =>
    [4, 8].map((tokensPerLayer) => reducedBy({ tokensPerLayer, precision }, method)),
  ),
]);

describe('the unreduced model in another precision', () => {
  it('says in which, also where lines mix precisions', () => {
    const { series, mixed } = seriesOf(sweep, ['tokensPerLayer']);
    expect(mixed).toEqual(['precision']);
    expect(series.map(({ label }) => label)).toEqual([
      ...['Turbo', 'ToMe', 'Pruning', 'No reduction, int8-weights', 'No reduction, int4-weights'],
    ]);
  });

  it('has an entry of its own beside the baseline in every legend', () => {
    const legend = legendOf(onlyDrawing(tradeOff, sweep));
    expect(new Set(legend).size).toBe(legend.length);
    const shapes = new Map(
      pointsOf(onlyDrawing(tradeOff, sweep)).map(({ series, shape, color }) => [series, shape + color]),
    );
    expect(new Set(shapes.values()).size).toBe(legend.length);
    expect(legendOf(onlyDrawing(speedupByFlops, sweep))).toContain('No reduction, int8-weights');
  });

  it('says in which where it is the only other precision of a run', () => {
    const rows = [
      unreduced('float32'),
      unreduced('int8'),
      reducedBy({ tokensPerLayer: 8, precision: 'int8' }),
    ];
    expect(legendOf(onlyDrawing(tradeOff, rows))).toEqual(['No reduction', 'No reduction, int8', 'ToMe']);
  });
});
