import { describe, expect, it } from 'vitest';
import { meanPerClassAccuracy, perClassAccuracy } from '../../src/metrics/mean-per-class.js';
import { predictions, topKAccuracy } from '../../src/metrics/top-k.js';
import { goldenJson, goldenTensors } from '../fixtures/golden-file.js';

interface Case {
  name: string;
  classes: number;
  top1: number;
  top5: number;
  predictions: number[];
  meanPerClassAccuracy: number;
  perClassAccuracy: (number | null)[];
}

const { cases } = goldenJson<{ cases: Case[] }>('metrics/classification.json');
const tensor = goldenTensors('metrics/classification.safetensors');

describe.each(cases)('classification metrics of $name', (golden) => {
  const logits = tensor(`${golden.name}.logits`);
  const labels = tensor(`${golden.name}.labels`);

  it('predict the lower class among equal scores', () => {
    expect([...predictions(logits, golden.classes)]).toEqual(golden.predictions);
  });

  it('agree with the reference on top-1 and top-5', () => {
    expect(topKAccuracy(logits, labels, golden.classes, 1)).toBeCloseTo(golden.top1, 12);
    expect(topKAccuracy(logits, labels, golden.classes, 5)).toBeCloseTo(golden.top5, 12);
  });

  it('agree with the reference on the mean per class and leave absent classes out', () => {
    const predicted = predictions(logits, golden.classes);
    const perClass = perClassAccuracy(predicted, labels, golden.classes);
    expect(meanPerClassAccuracy(predicted, labels, golden.classes)).toBeCloseTo(
      golden.meanPerClassAccuracy,
      12,
    );
    for (const [label, accuracy] of golden.perClassAccuracy.entries()) {
      if (accuracy !== null && !Number.isNaN(accuracy)) expect(perClass[label]).toBeCloseTo(accuracy, 12);
      else expect(perClass[label]).toBeNaN();
    }
  });
});

describe('top-k accuracy', () => {
  it('never counts a score that is not a number as a hit', () => {
    expect(topKAccuracy([Number.NaN, Number.NaN], [0], 2, 1)).toBe(0);
    expect(topKAccuracy([0.5, Number.NaN], [0], 2, 1)).toBe(0);
  });

  it('and accuracy by class count a sample wrong whose scores are not numbers', () => {
    const scores = [Number.NaN, Number.NaN, 0.5, Number.NaN, Number.NaN, 0.5, 0.9, 0.1];
    const labels = [0, 0, 1, 0];
    expect(topKAccuracy(scores, labels, 2, 1)).toBe(1 / 4);
    expect([...perClassAccuracy(predictions(scores, 2), labels, 2)]).toEqual([1 / 3, 0]);
    expect(meanPerClassAccuracy(predictions(scores, 2), labels, 2)).toBe(1 / 6);
  });

  it('refuses another number of scores than samples times classes', () => {
    expect(() => topKAccuracy([1, 2, 3], [0], 2, 1)).toThrow(/wrong length/);
    expect(() => topKAccuracy([], [], 2, 1)).toThrow(/at least 1/);
  });
});
