import { describe, expect, it } from 'vitest';
import { predictions, topKAccuracy } from '../../src/metrics/top-k.js';
import { rowProducts, unitRows } from '../../src/metrics/unit-rows.js';
import { zeroShotClassifier, zeroShotLogits } from '../../src/metrics/zero-shot.js';
import { goldenJson, goldenTensors } from '../fixtures/golden-file.js';

const tensor = goldenTensors('metrics/zero-shot.safetensors');
const { zeroShot } = goldenJson<{
  zeroShot: { classes: number; prompts: number; predictions: number[]; top1: number; top5: number };
}>('metrics/knn.json');

describe('the zero-shot classifier', () => {
  const classifier = zeroShotClassifier(tensor('prompt.embeddings'), 6, 4, 20);
  const logits = zeroShotLogits(tensor('image.embeddings'), classifier, 20);

  it('normalises every prompt, averages and normalises again', () => {
    const expected = tensor('expected.classifier');
    for (const [at, weight] of expected.entries()) expect(classifier[at]).toBeCloseTo(weight, 7);
  });

  it('gives a hundred times the cosine', () => {
    const expected = tensor('expected.logits');
    for (const [at, logit] of expected.entries()) expect(Math.abs(logits[at]! - logit)).toBeLessThan(1e-6);
    expect([...predictions(logits, 6)]).toEqual(zeroShot.predictions);
    expect(topKAccuracy(logits, tensor('labels'), 6, 1)).toBeCloseTo(zeroShot.top1, 12);
    expect(topKAccuracy(logits, tensor('labels'), 6, 5)).toBeCloseTo(zeroShot.top5, 12);
  });

  it('leaves a row of zeros at zero', () => {
    expect([...unitRows([0, 0, 3, 4], 2)]).toEqual([0, 0, 0.6000000000000001, 0.8]);
  });

  it('multiplies rows of any width', () => {
    const a = Float64Array.of(1, 2, 3, 4, 5, 6);
    expect([...rowProducts(a, a, 6)]).toEqual([91]);
    expect([...rowProducts(a, a, 3)]).toEqual([14, 32, 32, 77]);
    const single = rowProducts(a, a, 1);
    for (const [at, product] of single.entries()) expect(product).toBe(a[Math.floor(at / 6)]! * a[at % 6]!);
  });
});
