import { describe, expect, it } from 'vitest';
import type { ComparedFigure } from '../../../src/report/reference/compare-published.js';
import { readReference } from '../../../src/report/reference/list-references.js';
import { reproductionPage, reproductionRows } from '../../../src/report/reference/reproduction-page.js';

const table = await readReference('tome-readme-augreg');
const accuracy: ComparedFigure = {
  ...{
    row: 'ViT-S/16, tome',
    setting: 'vit-s16, tome, tokensPerLayer 13',
    trial: 'a0a0',
    column: 'top1',
    title: 'top1',
  },
  ...{ kind: 'change', unit: '%', published: -2.11, measured: -2.5, interval: null, difference: -0.39 },
  ...{ isAccuracy: true, isValid: true, note: '' },
};
const speed: ComparedFigure = {
  ...accuracy,
  ...{
    column: 'imagesPerSecond',
    title: 'imagesPerSecond',
    kind: 'multiple',
    unit: '×',
    published: 1.641,
    measured: 1.65,
  },
  ...{ interval: [1.6, 1.7], difference: 0.009, isAccuracy: false },
};

describe('reproductionRows', () => {
  it('tells accuracies in points, and speeds in per cent of what was published', () => {
    expect(reproductionRows([accuracy, speed])).toMatchObject([
      { figure: 'top1, change, %', published: '−2.11', measured: '−2.50', difference: '−0.39' },
      {
        figure: 'imagesPerSecond, multiple',
        published: '1.64×',
        measured: '1.65× [1.60, 1.70]',
        difference: '+0.5 %',
      },
    ]);
  });

  it('leaves a dash where nothing was measured', () => {
    const [row] = reproductionRows([
      { ...speed, measured: null, interval: null, difference: null, note: 'not run' },
    ]);
    expect(row).toMatchObject({ measured: '–', difference: '–', note: 'not run' });
  });
});

describe('reproductionPage', () => {
  const result = {
    table,
    experiment: 'experiments/reproduce/tome-readme-augreg.yaml',
    randomWeights: false,
    remarks: [],
  };
  const conditions = [{ condition: 'device', published: 'NVIDIA V100', measured: 'a | b' }];

  it('names source, differing conditions and the notes of the source', () => {
    const page = reproductionPage({ ...result, conditions, figures: [accuracy, speed] });
    expect(page).toMatch(/^# ToMe off the shelf/);
    expect(page).toContain(`(${table.source.url})`);
    expect(page).toContain('| device    | NVIDIA V100 | a \\| b');
    expect(page).toContain('- 224 x 224 unless the model name gives the size.');
    expect(page).not.toContain('~~');
  });

  it('leaves no HTML of data alive', () => {
    const page = reproductionPage({
      ...result,
      conditions: [{ ...conditions[0]!, measured: '<img onerror=alert(1)>' }],
      figures: [{ ...speed, note: '<script>' }],
    });
    expect(page).not.toMatch(/(^|[^\\])<(img|script)/);
  });

  it('names the row that changes and multiples are against, where the table has no unreduced model', async () => {
    const threshold = await readReference('turbo-supplement-threshold');
    const page = reproductionPage({ ...result, table: threshold, conditions: [], figures: [] });
    expect(page).toContain('against the row tokensPerLayer 65, minTokens 0');
  });

  it('strikes through what does not count', () => {
    const page = reproductionPage({
      ...result,
      conditions: [],
      figures: [{ ...speed, isValid: false, note: 'invalid' }],
    });
    expect(page).toContain('~~1.65× [1.60, 1.70]~~');
    expect(page).toContain('None that the source states.');
  });
});
