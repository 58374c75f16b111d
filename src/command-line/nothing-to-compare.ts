/** Two runs of which nothing can be compared: an error that says why, so that no pipeline takes silence for success. */
import { TurboError } from '../errors/turbo-error.js';
import { type RunComparison, sharesFigures } from '../report/comparison/compare-runs.js';
import type { RunRecord } from '../report/comparison/run-record.js';
import { wholeDifferences, wholeDifferenceText } from '../report/comparison/whole-differences.js';
import { notComparedLines } from './comparison-table.js';
import { counted } from './counted.js';

/** What the two have no cell in common by is told where there is one thing that all differ in. @throws TurboError always */
export function refuseWithoutCells(run: RunRecord, reference: RunRecord): never {
  const differences = wholeDifferences(run.cells, reference.cells);
  const reason = differences.map(wholeDifferenceText).join('; ');
  const options = differences.flatMap(({ option }) => option ?? []);
  throw new TurboError(`The two runs have no cell in common${reason === '' ? '' : `: ${reason}`}`, {
    value: [run.experiment, reference.experiment],
    allowed: 'runs with a model, task, dataset, reduction and conditions in common',
    next:
      options.length > 0
        ? `Measure both under the same conditions: ${options.join(', ')} of the experiment file.`
        : 'Compare runs of one experiment file.',
  });
}

const MOST_NAMED = 10;

/** @throws TurboError when no cell has figures of both runs */
export function refuseWithoutFigures(comparison: RunComparison): void {
  if (comparison.cells.some(sharesFigures)) return;
  const lines = notComparedLines(comparison);
  const others = lines.length - MOST_NAMED;
  const told = [...lines.slice(0, MOST_NAMED), ...(others > 0 ? [`and ${others} more`] : [])];
  throw new TurboError(
    `Nothing can be compared: no cell has a figure in both runs\n${told.map((line) => `  ${line}`).join('\n')}`,
    {
      value: counted(comparison.cells.length + comparison.notValid.length, 'cell'),
      allowed: 'a cell that has a valid result in both',
      next:
        comparison.notValid.length > 0
          ? 'turbo-bench run EXPERIMENT --retry-failed --retry-invalid measures such cells again'
          : 'Compare runs of one machine, or with a metric in common.',
    },
  );
}
