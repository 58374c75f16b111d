/** A run of three tasks with everything that a page can show beside its trials. */
import { readReference } from '../../../src/report/reference/list-references.js';
import type { ReproductionResult } from '../../../src/report/reference/reproduction-page.js';
import { classificationRows, retrievalRows } from '../example-rows.js';
import { withAlphas } from '../merging/small-picture.js';
import { runOfRows } from './chromium.js';
import { captionRows, HOSTILE } from './page-rows.js';

const PICTURE =
  '/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/wAALCAABAAEBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/APn+v//Z';

const reproduction: ReproductionResult = {
  table: await readReference('tome-readme-augreg'),
  experiment: 'experiments/reproduce/tome-readme-augreg.yaml',
  randomWeights: true,
  conditions: [{ condition: 'device', published: 'V100', measured: 'CPU' }],
  figures: [
    {
      ...{ row: 'ViT-S/16, tome', setting: 'vit-s16, tome', trial: 'a0a0', column: 'top1', title: 'top1' },
      ...{ kind: 'change', unit: '%', published: -2.11, measured: -2.5, interval: null, difference: -0.39 },
      ...{ isAccuracy: true, isValid: false, note: '' },
    },
  ],
  remarks: [],
};
export const pictures = new Map([['p1', { key: 'p1', jpegBase64: PICTURE }]]);
export const provenance = {
  ...{ version: '0.1.0', commit: 'abc', node: '20.19.0', packages: { 'onnxruntime-node': '1.30.0' } },
  ...{ cpu: 'a processor', cores: 2, memoryBytes: 2 ** 34, system: 'Linux', threads: 2, loadAtStart: 0.1 },
  ...{ experimentFile: "experiments/my 'own'.yaml", experimentText: 'name: x', seed: 0, limit: 60 },
  startedAt: '2026-11-25T00:00:00.000Z',
};

export const rows = [...classificationRows(), ...retrievalRows(), ...captionRows()];
const wrong = [{ said: HOSTILE.markup, trials: ['t5-8', 'tome-8'] }];
const shown = [{ sample: 'images/7.webp', label: 'cat', wrong, kept: { pictures: ['p1', 'p2'] } }];
const ranked = { said: 'ranks 2–5', trials: ['rt5-8', 'rtome-8'], ranks: [2, 5] };
const pair = {
  sample: 'images/9.webp',
  label: '',
  wrong: [ranked],
  kept: { pictures: ['p1', 'p1'], text: 'Two cats.' },
};
export const mistakes = [
  { baseline: '00a1', dataset: 'emoji-objects', samples: 2000, count: 31, shown },
  { baseline: 'r00a1', dataset: 'emoji-scenes', samples: 1000, count: 1, shown: [pair] },
];
/** Three tasks, with pictures of mistakes. */
export const exampleRun = runOfRows(rows, { pictures, provenance, mistakes });
/** What may stand beside trials. */
export const beside = { merging: [withAlphas([0, 5])], reproduction };
