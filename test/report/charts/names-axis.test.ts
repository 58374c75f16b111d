import { describe, expect, it } from 'vitest';
import { layersAblation } from '../../../src/report/charts/layers.js';
import { leastNamesWidth, namesAxis } from '../../../src/report/charts/names-axis.js';
import { onlyDrawing, reducedBy, unreduced, wordsOf } from './drawn.js';

/** Every second block as the first, and two ranges that end early. */
const RANGES = [[0], [2, 9], [2], [4, 7], [4], [6], [8], [10]] as const;
const rows = [
  unreduced(),
  ...RANGES.map(([from, to]) => ({
    ...reducedBy({
      tokensPerLayer: 8,
      'layers.from': from,
      ...(to === undefined ? {} : { 'layers.to': to }),
    }),
    tokens: Array.from({ length: 12 }, () => 9),
  })),
];
const names = ['0–last', '2–9', '2–last', '4–7', '4–last', '6–last', '8–last', '10–last'];

describe('an axis of names', () => {
  it('lies flat where all have room, and is turned further the less there is', () => {
    expect(namesAxis(names, 600).labelAngle).toBe(0);
    expect(namesAxis(names, 320).labelAngle).toBe(-45);
    expect(namesAxis(names, 120).labelAngle).toBe(-90);
    expect(leastNamesWidth(names)).toBeLessThan(120);
  });

  it('shows every range of blocks in both panels', async () => {
    const words = await wordsOf(onlyDrawing(layersAblation, rows));
    expect(words.filter((word) => names.includes(word))).toEqual([...names, ...names]);
  });

  it('has the panels one below the other where names would cover each other', () => {
    const many = Array.from({ length: 30 }, (_, from) => ({
      ...reducedBy({ tokensPerLayer: 8, 'layers.from': from }),
      tokens: Array.from({ length: 32 }, () => 9),
    }));
    expect(onlyDrawing(layersAblation, [unreduced(), ...many]).spec).toHaveProperty('vconcat');
    expect(onlyDrawing(layersAblation, rows).spec).toHaveProperty('hconcat');
  });

  it('is told with the ramp that the trials share', () => {
    const ramp = rows.map((row) => ({ ...row, parameters: { ...row.parameters, inflect: -1 } }));
    const { spec } = onlyDrawing(layersAblation, [unreduced(), ...ramp.slice(1)]);
    expect(JSON.stringify(spec)).toContain('ToMe, r = 8, inflect = -1');
  });
});
