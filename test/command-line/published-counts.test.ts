/** Goldens: operations that EViT, timm and open_clip publish, beside the count of the planned trials. Sources count matrix products, we all operators. */
import { describe, expect, it } from 'vitest';
import { planLoaded } from '../../src/command-line/prepare-plan.js';
import { loadReproduction } from '../../src/command-line/reproductions.js';
import { trialsFor } from '../../src/report/reference/compare-published.js';
import { readReference } from '../../src/report/reference/list-references.js';
import { rowsNamed } from '../../src/report/reference/reproduction.js';

/** Published and counted operations of every mapped row, in the unit of the source. */
async function countsOf(id: string): Promise<{ published: number; counted: number }[]> {
  const table = await readReference(id);
  const reproduction = table.reproduction!;
  const loaded = await loadReproduction(reproduction, true);
  const { selected } = await planLoaded(loaded, [], () => undefined);
  const trials = selected.map(({ trial, parameters, flopsPerSample }) => ({
    ...{ model: trial.model.name, method: trial.reduction.method, task: '', dataset: '' },
    ...{ parameters, flopsPerSample },
  }));
  const { column, factor } = reproduction.columns.find(({ compare }) => compare === 'count')!;
  return reproduction.rows.map((row) => ({
    published: Number(rowsNamed(table, row.published)[0]![column]),
    counted: trialsFor(row.trial, trials, true)[0]!.flopsPerSample * factor,
  }));
}

// Opens full-size architectures, which takes its time on a busy machine.
describe('operations of planned trials', { timeout: 120_000 }, () => {
  it('are those of EViT at every keep rate, to the digit that it prints', async () => {
    for (const { published, counted } of await countsOf('evit-readme-deit-small'))
      expect(counted.toFixed(1)).toBe(published.toFixed(1));
  });

  it.each(['timm-throughput-cpu-i9-10940x', 'openclip-model-profile'])(
    'are those of %s to about one part in a hundred',
    async (id) => {
      for (const { published, counted } of await countsOf(id))
        expect(Math.abs(counted / published - 1)).toBeLessThan(0.011);
    },
  );
});
