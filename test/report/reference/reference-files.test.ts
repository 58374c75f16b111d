import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { expandExperiment, writtenParameters } from '../../../src/experiment/expand.js';
import { parseExperiment } from '../../../src/experiment/load.js';
import { findPreset } from '../../../src/models/presets.js';
import { methods } from '../../../src/reduction/registry.js';
import { trialsFor } from '../../../src/report/reference/compare-published.js';
import {
  readReference,
  readReferences,
  referenceIds,
} from '../../../src/report/reference/list-references.js';
import { rowParameters } from '../../../src/runner/row-parameters.js';
import { datasetLabel, taskLabel } from '../../../src/tasks/prepare.js';

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
  const written = writtenParameters(experiment);
  const trials = expandExperiment(experiment, methods).map(({ model, task, reduction }) => ({
    ...{ model: model.name, task: taskLabel(task), dataset: datasetLabel(task) },
    ...{ method: reduction.method, parameters: rowParameters(reduction, written) },
  }));

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
