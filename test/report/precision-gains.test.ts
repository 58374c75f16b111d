import { describe, expect, it } from 'vitest';
import { compression } from '../../src/report/charts/compression.js';
import { CHARTS } from '../../src/report/charts/registry.js';
import { renderCsv } from '../../src/report/csv.js';
import { precisionGains } from '../../src/report/precision-gains.js';
import { groupTable } from '../../src/report/tables.js';
import { groupTrials } from '../../src/report/trial-groups.js';
import { isBaseline, type TrialRow } from '../../src/report/trial-row.js';
import { exampleRow } from './example-rows.js';

const row = (precision: string, r: number | null, speedup: number, more: Partial<TrialRow> = {}) =>
  exampleRow({
    trial: `${precision}-${r}`,
    method: r === null ? 'none' : 'turbo',
    parameters: r === null ? { precision } : { tokensPerLayer: r, alpha: 5, precision },
    ...{ speedup, speedupLow: speedup - 0.05, speedupHigh: speedup + 0.05 },
    ...{ imagesPerSecond: 100 * speedup, flopRatio: r === null ? 1 : 1 + r / 20, tokens: [197, 197] },
    metrics: { top1: 0.8 - (r ?? 0) / 1000 },
    ...more,
  });
const rows = [
  row('float32', null, 1),
  row('float32', 8, 1.5),
  row('float32', 16, 2),
  row('int8-dynamic', null, 1.6),
  row('int8-dynamic', 8, 2.2),
  row('int8-dynamic', 16, 3.2),
];
const gainOf = (all: readonly TrialRow[], trial: string) =>
  precisionGains(all).get(all.find((one) => one.trial === trial)!);

describe('gains of a precision', () => {
  it('are told of rows in another precision than float32 alone', () => {
    expect([...precisionGains(rows).keys()].map(({ trial }) => trial)).toEqual([
      'int8-dynamic-null',
      'int8-dynamic-8',
      'int8-dynamic-16',
    ]);
  });

  it('are the speed-up within the precision, and the product of both alone', () => {
    const gain = gainOf(rows, 'int8-dynamic-8')!;
    expect(gain.inPrecision).toBeCloseTo(2.2 / 1.6, 12);
    expect(gain.product).toBeCloseTo(1.6 * 1.5, 12);
    expect(gainOf(rows, 'int8-dynamic-16')!.product).toBeCloseTo(3.2, 12);
  });

  it('do not depend on the order of parameters, nor on other models', () => {
    const turned = rows.map((one) => ({
      ...one,
      parameters: Object.fromEntries(Object.entries(one.parameters).reverse()),
    }));
    const others = rows.map((one) => ({ ...one, model: 'other', speedup: 9 }));
    expect(precisionGains([...others, ...turned]).get(turned[4]!)!.product).toBeCloseTo(2.4, 12);
  });

  it('of a valid row need valid ones beside it', () => {
    const doubtful = rows.map((one) =>
      one.trial === 'float32-8' ? { ...one, status: 'invalid' as const } : one,
    );
    expect(gainOf(doubtful, 'int8-dynamic-8')!.product).toBeNull();
    expect(gainOf(rows.slice(4), 'int8-dynamic-8')).toBeUndefined();
  });
});

describe('rows of several precisions', () => {
  it('are held against the unreduced model in float32', () => {
    expect(rows.filter(isBaseline).map(({ trial }) => trial)).toEqual(['float32-null']);
    expect(groupTrials(rows)[0]!.baseline!.trial).toBe('float32-null');
  });

  it('have both speed-ups and the product in the table and the CSV', () => {
    const table = groupTable(groupTrials(rows)[0]!);
    const [head] = table.split('\n');
    for (const heading of ['precision', 'speed-up', 'in its precision', 'if gains multiplied'])
      expect(head).toContain(heading);
    expect(table).toMatch(/Turbo +\| +8 \| +int8-dynamic .*2\.20× \[2\.15, 2\.25\] \| +1\.38 \| +2\.40 /);
    const [names, ...lines] = renderCsv(rows).trimEnd().split('\n');
    const cells = lines[4]!
      .trimEnd()
      .replaceAll(/"[^"]*"/g, 'quoted')
      .split(',');
    const at = (name: string) => Number(cells[names!.trimEnd().split(',').indexOf(name)]);
    expect(at('speedupInPrecision')).toBeCloseTo(1.375, 12);
    expect(at('speedupProduct')).toBeCloseTo(2.4, 12);
  });

  it('say nothing of gains where there is float32 alone', () => {
    const alone = rows.slice(0, 3);
    expect(groupTable(groupTrials(alone)[0]!)).not.toContain('in its precision');
    expect(renderCsv(alone)).not.toContain('speedupProduct');
    expect(compression.draw(alone)).toEqual([]);
  });

  it('can be drawn in every chart that has the data', () => {
    for (const chart of CHARTS) expect(() => chart.draw(rows)).not.toThrow();
    const [drawing] = compression.draw(rows);
    const points = JSON.stringify(drawing!.spec);
    expect(points).toContain('"y":2.2');
    expect(points).not.toContain('int8-dynamic-null');
  });
});
