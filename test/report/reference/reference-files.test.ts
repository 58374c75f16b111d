import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { expandExperiment } from '../../../src/experiment/expand.js';
import { parseExperiment } from '../../../src/experiment/load.js';
import { findPreset } from '../../../src/models/presets.js';
import { methods } from '../../../src/reduction/registry.js';
import { trialsFor } from '../../../src/report/reference/compare-published.js';
import {
  readReference,
  readReferences,
  referenceIds,
} from '../../../src/report/reference/list-references.js';
import { describeTrials } from '../../../src/runner/trial-description.js';

const ids = await referenceIds();
const reproduced = (await readReferences()).filter(({ reproduction }) => reproduction !== undefined);

describe('the published tables', () => {
  it.each(ids)('%s is as the schema asks for', async (id) => {
    const table = await readReference(id);
    expect(table.id).toBe(id);
    expect(table.columns.length).toBe(table.rows[0]!.length);
  });

  it('are all told in the README beside them, with where they are from', () => {
    const readme = readFileSync('reports/reference/README.md', 'utf8');
    for (const id of ids) expect(readme).toContain(`\`${id}\``);
    expect(readdirSync('reports/reference').filter((name) => !/\.(json|md)$/.test(name))).toEqual([]);
  });
});

describe.each(reproduced.map((table) => [table.id, table] as const))('the trials of %s', (_, table) => {
  const { experiment: file, rows, presets = {} } = table.reproduction!;
  const experiment = parseExperiment(readFileSync(file, 'utf8'), file, methods);
  const trials = describeTrials(experiment, expandExperiment(experiment, methods)).map(
    ({ trial: { model, reduction }, taskLabel, datasetLabel, parameters }) => ({
      ...{ model: model.name, task: taskLabel, dataset: datasetLabel, method: reduction.method, parameters },
    }),
  );

  it('are in its experiment, each named once', () => {
    for (const { trial } of rows) expect([trial, trialsFor(trial, trials).length]).toEqual([trial, 1]);
  });

  it('stay apart when weights are random, where there are presets', () => {
    for (const [model, { preset }] of Object.entries(presets)) {
      expect(trials.some((trial) => trial.model === model)).toBe(true);
      expect(findPreset(preset).name).toBe(preset);
    }
    const meant = rows.filter(({ trial }) => trial.model in presets);
    const found = meant.map(({ trial }) => trialsFor(trial, trials, true)[0]);
    expect(new Set(found).size).toBe(new Set(meant.map(({ trial }) => JSON.stringify(trial))).size);
  });

  it('are of an experiment that lies there', () => expect(existsSync(file)).toBe(true));
});
