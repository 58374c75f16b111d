/** `turbo-bench compare`: a run held against an earlier one: what improved, what got worse, what is the same. */
import { dirname } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { writeCompleteFile } from '../checkpoints/complete-file.js';
import { makeFolder } from '../checkpoints/make-folder.js';
import { comparisonTable } from '../command-line/comparison-table.js';
import { counted } from '../command-line/counted.js';
import { refuseWithoutCells, refuseWithoutFigures } from '../command-line/nothing-to-compare.js';
import { recordOfPath } from '../command-line/record-of-path.js';
import { TurboCommand } from '../command-line/turbo-command.js';
import { TurboError } from '../errors/turbo-error.js';
import { compareRuns } from '../report/comparison/compare-runs.js';
import { regressions } from '../report/comparison/regressions.js';
import { diskError } from '../runner/journal.js';

const REGRESSION = 1;

export default class Compare extends TurboCommand {
  static override summary =
    'Hold a run against an earlier one: what improved, what got worse, what is the same.';
  static override description =
    `Cells are matched by model, task, dataset, reduction and conditions (device, threads, batch size, precision), whether a run sweeps them or not; machine and version may differ. Accuracy is compared sample by sample, speed by the speed-up over each run's own baseline.

The exit code is 0 unless a limit is given: then it is 1 when the limit is exceeded beyond chance, and when a cell with a valid result in the reference has none in the run. It is 2 when there is nothing to compare: no cell in common, or none with a valid result in both.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %> reports/quickstart reports/earlier',
    {
      description: 'Make a baseline file that can be committed',
      command: '<%= config.bin %> <%= command.id %> reports/quickstart --write-baseline baseline.json',
    },
    {
      description: 'Fail when more than a point of accuracy or a tenth of the speed-up is lost',
      command:
        '<%= config.bin %> <%= command.id %> reports/quickstart baseline.json --max-accuracy-drop 1 --max-slowdown 0.1',
    },
  ];
  static override args = {
    run: Args.string({ description: 'Folder of a run, or its journal.', required: true }),
    reference: Args.string({
      description: 'What it is held against: the folder of another run, its journal, or a baseline file.',
    }),
  };
  static override flags = {
    'max-accuracy-drop': Flags.string({
      description:
        'Most that a metric may fall, as tables show it: percentage points, or the units of CIDEr and CLIP score.',
      helpValue: 'POINTS',
    }),
    'max-slowdown': Flags.string({
      description: 'Largest share of its speed that a cell may lose, such as 0.1.',
      helpValue: 'FRACTION',
    }),
    'write-baseline': Flags.string({
      description: 'Write what later runs are held against into this file, and compare nothing.',
      helpValue: 'FILE',
    }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Compare);
    const notice = (text: string): void => this.logToStderr(text);
    const limits = {
      maxAccuracyDrop: limitOf(flags['max-accuracy-drop'], 'max-accuracy-drop', 100),
      maxSlowdown: limitOf(flags['max-slowdown'], 'max-slowdown', 1),
    };
    const target = flags['write-baseline'];
    if ((target === undefined) === (args.reference === undefined))
      throw new TurboError('A run is compared with another one, or becomes a baseline file', {
        value: args.reference === undefined ? [args.run] : [args.run, args.reference],
        allowed: 'two runs, or one run with --write-baseline FILE',
        next: `turbo-bench compare ${args.run} baseline.json`,
      });
    const run = await recordOfPath(args.run, notice);
    if (target !== undefined) {
      await writeBaseline(target, run);
      this.log(`${counted(run.cells.length, 'cell')} written: ${target}`);
      return { file: target, cells: run.cells.length };
    }
    const reference = await recordOfPath(args.reference!, notice);
    const comparison = compareRuns(run, reference);
    if (comparison.cells.length + comparison.notValid.length === 0) refuseWithoutCells(run, reference);
    const found = regressions(comparison, limits);
    if (found.length === 0) refuseWithoutFigures(comparison);
    else process.exitCode = REGRESSION;
    this.log([comparisonTable(comparison), ...found.map((text) => `Regression: ${text}`)].join('\n'));
    return { ...comparison, regressions: found };
  }
}

async function writeBaseline(file: string, record: object): Promise<void> {
  try {
    makeFolder(dirname(file));
  } catch (cause) {
    throw diskError('Cannot write the baseline file', file, cause);
  }
  await writeCompleteFile(
    file,
    [Buffer.from(`${JSON.stringify(record, null, 1)}\n`)],
    'Cannot write the baseline file',
  );
}

/** @param most what the number may be at most */
function limitOf(text: string | undefined, flag: string, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= most) return value;
  throw new TurboError(`--${flag} is not such a number`, {
    value: text,
    allowed: `a number from 0 to ${most}`,
  });
}
