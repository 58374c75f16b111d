import { describe, expect, it } from 'vitest';
import { loneCommand } from '../../../src/report/page/lone-command.js';
import { readReference } from '../../../src/report/reference/list-references.js';
import { shownReproduction } from '../../../src/report/reference/reproduction-page.js';
import { classificationRows } from '../example-rows.js';

const [row] = classificationRows();

describe('the command that runs a trial alone', () => {
  it('names the experiment, or the table that it reproduces on random weights', async () => {
    const alone = loneCommand(row!, { provenance: null, reproduction: null });
    expect(alone).toMatch(
      new RegExp(`^npx turbo-bench run experiments/\\S+\\.yaml --only ${row!.trial} --fresh`),
    );
    const table = await readReference('tome-readme-augreg');
    const reproduction = shownReproduction({
      ...{ table, experiment: 'experiments/x.yaml', randomWeights: true },
      ...{ conditions: [], figures: [], remarks: [] },
    });
    expect(loneCommand(row!, { provenance: null, reproduction })).toContain(
      `npx turbo-bench reproduce tome-readme-augreg --random-weights --only ${row!.trial} --fresh`,
    );
  });
});
