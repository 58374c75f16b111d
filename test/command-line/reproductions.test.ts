import { describe, expect, it } from 'vitest';
import { listedReproductionsText } from '../../src/command-line/reproduction-text.js';
import {
  type ListedReproduction,
  listedReproduction,
  reproducedOnly,
  timeText,
  withWayOut,
} from '../../src/command-line/reproductions.js';
import { TurboError } from '../../src/errors/turbo-error.js';
import { readReference } from '../../src/report/reference/list-references.js';

const listed = (parts: Partial<ListedReproduction>): ListedReproduction => ({
  ...{ id: 'table', title: 'A table', experiment: 'experiments/table.yaml', needs: [] },
  ...{ randomWeights: false, seconds: null, reason: '' },
  ...parts,
});

describe('reproduce --list', () => {
  it('tells how long it takes where all is here, and what must come first where it is not', () => {
    expect(timeText(listed({ seconds: 200 }))).toBe('about 3 min 20 s');
    const needs = [
      { kind: 'weights', name: 'owner/model', state: 'download', obtain: '' },
      { kind: 'data', name: 'coco', state: 'missing', obtain: 'Fetch it.' },
      { kind: 'data', name: 'emoji-scenes', state: 'here', obtain: '' },
    ] as const;
    expect(timeText(listed({ needs }))).toBe('needs owner/model (download), coco');
    const text = listedReproductionsText([
      listed({ needs }),
      listed({ id: 'other', experiment: null, reason: 'So.' }),
    ]);
    expect(text).toContain('Missing here:\n  data coco: Fetch it.');
    expect(text).toContain('Without an experiment of ours:\n  other: So.');
  });

  it('estimates a table that needs nothing, and none that has no experiment', async () => {
    const notebook = await listedReproduction(await readReference('tome-notebook-throughput'));
    expect(notebook).toMatchObject({ needs: [], randomWeights: true });
    expect(notebook.seconds).toBeGreaterThan(0);
    const rates = await listedReproduction(await readReference('mae-finetune'));
    expect(rates).toMatchObject({ experiment: null, seconds: null });
    expect(rates.reason).toContain('MAE');
  });
});

describe('withWayOut', () => {
  it('offers random weights where those of the hub could not be fetched, and changes nothing else', async () => {
    const { reproduction } = await readReference('tome-readme-augreg');
    const need = { kind: 'weights', name: 'owner/model', obtain: '' } as const;
    const thrown = new TurboError('The hub cannot be reached.', { next: 'Try later' });
    const told = withWayOut(thrown, 'tome-readme-augreg', [{ ...need, state: 'download' }], reproduction!);
    expect(String(told)).toMatch(
      /The hub cannot be reached.*Try later; or: .*tome-readme-augreg --random-weights/s,
    );
    expect(withWayOut(thrown, 'x', [{ ...need, state: 'here' }], reproduction!)).toBe(thrown);
    const defect = new Error('a defect');
    expect(withWayOut(defect, 'x', [{ ...need, state: 'download' }], reproduction!)).toBe(defect);
  });
});

describe('reproducedOnly', () => {
  it('narrows what the table is about by what the user asks for', async () => {
    const { reproduction } = await readReference('turbo-supplement-threshold');
    expect(reproducedOnly(reproduction!, [], false)).toEqual(['coco']);
    expect(reproducedOnly(reproduction!, ['tokensPerLayer=65', 'none'], false)).toEqual([
      'coco tokensPerLayer=65',
      'coco none',
    ]);
    expect(reproducedOnly(reproduction!, ['none'], true)).toEqual(['none']);
  });
});
