/** Goldens: speed-ups and savings that the sources print themselves beside their times, and differences taken by hand from ToMe's table. */
import { describe, expect, it } from 'vitest';
import {
  type CompareOptions,
  compareWithPublished,
} from '../../../src/report/reference/compare-published.js';
import { readReference } from '../../../src/report/reference/list-references.js';
import type { TrialRow } from '../../../src/report/trial-row.js';
import { exampleRow } from '../example-rows.js';

const elsewhere: CompareOptions = { randomWeights: false, sameHardware: false };
const augreg = await readReference('tome-readme-augreg');

const vit = (parts: Partial<TrialRow>): TrialRow =>
  exampleRow({ model: 'vit-s16', dataset: 'imagenet', trial: 'ba5e', speedup: 1, ...parts });
const rows = [
  vit({ imagesPerSecond: 40, metrics: { top1: 0.81 } }),
  vit({
    ...{ trial: 'a0a0', method: 'tome', parameters: { tokensPerLayer: 13 }, imagesPerSecond: 66 },
    ...{ speedup: 1.65, speedupLow: 1.6, speedupHigh: 1.7, metrics: { top1: 0.785 } },
  }),
];
const figuresOf = (measured: readonly TrialRow[], options = elsewhere) =>
  compareWithPublished(augreg, augreg.reproduction!, measured, options);

describe('compareWithPublished', () => {
  it('sets accuracies beside each other, and their changes from the unreduced model', () => {
    const [baseline, value, change] = figuresOf(rows).filter(({ column }) => column === 'top1');
    expect(baseline).toMatchObject({ row: 'ViT-S/16, none', kind: 'value', published: 81.41, measured: 81 });
    expect(value).toMatchObject({
      kind: 'value',
      published: 79.3,
      measured: 78.5,
      trial: 'a0a0',
      isValid: true,
    });
    expect(value!.difference).toBeCloseTo(-0.8, 10);
    expect(change!.kind).toBe('change');
    expect(change!.published).toBeCloseTo(79.3 - 81.41, 10);
    expect(change!.measured).toBeCloseTo(-2.5, 10);
  });

  it('compares speeds of another machine as multiples of the unreduced model, with their interval', () => {
    const speeds = figuresOf(rows).filter(
      ({ column, trial }) => column === 'imagesPerSecond' && trial !== null,
    );
    expect(speeds).toHaveLength(1);
    expect(speeds[0]).toMatchObject({
      kind: 'multiple',
      measured: 1.65,
      interval: [1.6, 1.7],
      trial: 'a0a0',
    });
    expect(speeds[0]!.published).toBeCloseTo(1564 / 953, 10);
  });

  it('compares speeds themselves where the machine is that of the source', () => {
    const speeds = figuresOf(rows, { ...elsewhere, sameHardware: true })
      .filter(({ column, trial }) => column === 'imagesPerSecond' && trial !== null)
      .map(({ kind, measured }) => [kind, measured]);
    expect(speeds).toEqual([
      ['value', 40],
      ['value', 66],
      ['multiple', 1.65],
    ]);
  });

  it('leaves accuracies out when weights are random, and finds the trials whatever their task', () => {
    const timed = rows.map((row) => ({ ...row, task: 'throughput', dataset: '', metrics: {} }));
    const figures = figuresOf(timed, { ...elsewhere, randomWeights: true });
    expect(figures.every(({ column }) => column === 'imagesPerSecond')).toBe(true);
    expect(figures[0]).toMatchObject({ measured: 1.65, isValid: true });
  });

  it('says which trials have not run, and never counts one that is not valid', () => {
    const figures = figuresOf([rows[0]!, { ...rows[1]!, status: 'invalid', reason: 'too few runs' }]);
    expect(figures.filter(({ trial }) => trial === 'a0a0').every(({ isValid }) => !isValid)).toBe(true);
    expect(figures.find(({ trial }) => trial === 'a0a0')).toMatchObject({ note: 'invalid: too few runs' });
    expect(figures.at(-1)).toMatchObject({ trial: null, measured: null, difference: null, note: 'not run' });
  });

  it('counts operations of a trial that is not valid too, since nothing about them was measured', async () => {
    const profile = await readReference('openclip-model-profile');
    const row = exampleRow({ model: 'clip-b16', flopsPerSample: 35.2e9, status: 'invalid', reason: 'noise' });
    const figure = compareWithPublished(profile, profile.reproduction!, [row], elsewhere)[1]!;
    expect(figure).toMatchObject({ published: 35.13, isValid: true, note: '' });
    expect(figure.measured).toBeCloseTo(35.2, 10);
  });

  it('makes of published times the speed-ups that tomesd prints beside them', async () => {
    const table = await readReference('tomesd-readme-sd15');
    const figures = compareWithPublished(table, table.reproduction!, [], elsewhere);
    const printed = figures.filter(({ column }) => column === 'speedUp').slice(1);
    const multiples = figures.filter(({ kind }) => kind === 'multiple');
    expect(multiples).toHaveLength(6);
    for (const [at, { published }] of multiples.entries())
      expect(Math.abs(published - printed[at]!.published)).toBeLessThan(0.01);
  });

  it('makes of published throughputs the speed-ups that the notebook of ToMe prints', async () => {
    const table = await readReference('tome-notebook-throughput');
    const figures = compareWithPublished(table, table.reproduction!, [], elsewhere);
    const printed = figures.filter(({ column }) => column === 'speedUp').map(({ published }) => published);
    const multiples = figures.filter(({ kind }) => kind === 'multiple').map(({ published }) => published);
    expect(printed).toEqual([1, 2.05, 3.07]);
    expect(multiples.map((value) => Number(value.toFixed(2)))).toEqual([2.05, 3.07]);
  });

  it('tells the time that a speed-up saves as diffusers prints it: 3.29 s to 2.24 s is 31.91 %', async () => {
    const table = await readReference('diffusers-tomesd-latency');
    const row = exampleRow({
      model: 'sd-1.5-768',
      method: 'tomesd',
      parameters: { ratio: 0.5 },
      speedup: 3.29 / 2.24,
    });
    const figures = compareWithPublished(table, table.reproduction!, [row], elsewhere);
    const figure = figures.find(({ row: name }) => name.startsWith('A100, imageSize 768'))!;
    expect(figure.published).toBe(31.91);
    expect(figure.measured!.toFixed(2)).toBe('31.91');
  });

  it('holds speeds of a table without an unreduced row against the row that it names', async () => {
    const table = await readReference('turbo-supplement-threshold');
    const of = (minTokens: number, speedup: number): TrialRow =>
      exampleRow({
        ...{ model: 'blip-captioning', task: 'captioning', dataset: 'coco/test', method: 'turbo', speedup },
        parameters: { tokensPerLayer: 65, minTokens },
      });
    const figures = compareWithPublished(table, table.reproduction!, [of(0, 2), of(70, 1.9)], elsewhere);
    const multiple = figures.find(({ kind, measured }) => kind === 'multiple' && measured !== null)!;
    expect(multiple.published).toBeCloseTo(103.3 / 107.6, 10);
    expect(multiple.measured).toBeCloseTo(0.95, 10);
    expect(multiple.interval).toBeNull();
  });

  it('compares different models by their throughput', async () => {
    const table = await readReference('timm-throughput-cpu-i9-10940x');
    const models = [
      exampleRow({ model: 'vit-b16', task: 'throughput', imagesPerSecond: 10, speedup: 1 }),
      exampleRow({ model: 'vit-s16', task: 'throughput', imagesPerSecond: 25, speedup: 1 }),
    ];
    const figures = compareWithPublished(table, table.reproduction!, models, elsewhere);
    const small = figures.find(({ row, kind }) => row === 'vit_small_patch16_224' && kind === 'multiple')!;
    expect(small).toMatchObject({ measured: 2.5, interval: null });
    expect(small.published).toBeCloseTo(76.49 / 32.37, 10);
  });
});
