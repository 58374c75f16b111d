import { expect, it } from 'vitest';
import { inspectionTable } from '../../src/command-line/inspection-table.js';
import { modelChoice } from '../../src/experiment/model-entry.js';
import { inspectModel } from '../../src/models/inspect.js';
import { openTrialModel } from '../../src/runner/open-trial-model.js';

it('tells every layer as a share of the operations of the image encoder', async () => {
  const model = await openTrialModel(modelChoice('./models/emoji-clip'), 0);
  const text = inspectionTable(inspectModel(model, { method: 'none' }));
  model.close();
  const lines = text.split('\n').filter((line) => /^(embeddings|block \d+|head)\b/.test(line));
  expect(lines.length).toBeGreaterThan(2);
  const shares = lines.map((line) => Number(/ ([\d.]+) %/.exec(line)![1]));
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(100, 0);
  // The text encoder is not part of the image encoder.
  expect(text.split('\n').find((line) => line.startsWith('text'))).not.toContain('%');
});

it('tells the bytes of the weights, and what quantising adds to the operations', async () => {
  const model = await openTrialModel(modelChoice('./models/emoji-clip'), 0);
  const whole = inspectModel(model, { method: 'none' });
  const narrow = inspectModel(model, { method: 'none' }, 'int8-dynamic');
  model.close();
  expect(inspectionTable(narrow)).toContain('(int8-dynamic)');
  expect(whole.weightBytes).toBe(4 * whole.parameters);
  expect(narrow.parameters).toBe(whole.parameters);
  expect(narrow.weightBytes / whole.weightBytes).toBeLessThan(0.3);
  expect(narrow.flops / whole.flops).toBeGreaterThan(1);
  expect(narrow.flops / whole.flops).toBeLessThan(1.02);
});
