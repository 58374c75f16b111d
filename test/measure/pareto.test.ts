import { expect, it } from 'vitest';
import { type Better, onParetoFront } from '../../src/measure/pareto.js';
import { goldenJson } from '../fixtures/golden-file.js';

const { cases } = goldenJson<{
  cases: { name: string; points: number[][]; better: Better[]; onFront: boolean[] }[];
}>('statistics/pareto-front.json');

it.each(cases)('finds the points that no other beats: $name', ({ points, better, onFront }) => {
  expect(onParetoFront(points, better)).toEqual(onFront);
});
