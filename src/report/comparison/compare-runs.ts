/**
 * One run held against an earlier one, cell by cell: what improved, what got worse, what is the same as far as can be told.
 *
 * A cell is compared with what was measured of the same model, task and reduction under the same conditions, and with nothing else (cell-identity.ts).
 * Accuracy is compared sample by sample and corrected for the number of cells (measure/paired-comparison.ts). Speed is compared by the speed-up over each run's own baseline, which does
 * not depend on how fast the machine was that day; of the unreduced model itself by throughput, where both runs are of one machine.
 */
import {
  isDistinguishable,
  type PairedComparison,
  pairedComparisons,
} from '../../measure/paired-comparison.js';
import { isRightOrWrong } from '../../metrics/sample-outcome.js';
import { METRICS } from '../metric-names.js';
import { cellKey } from './cell-identity.js';
import { type ToldCell, toldApart } from './cell-label.js';
import { type ComparedSpeed, compareSpeed, type Verdict } from './compare-speed.js';
import { type CellRecord, identityOf, type RunRecord, sampleValues } from './run-record.js';

export interface ComparedMetric {
  readonly metric: string;
  readonly before: number;
  readonly after: number;
  /** Null where the runs are not of the same samples, or these were not kept. */
  readonly test: PairedComparison | null;
  /** Without a test only equal values are the same. */
  readonly verdict: Verdict;
}

export interface ComparedCell {
  readonly cell: ToldCell;
  readonly metrics: readonly ComparedMetric[];
  /** Null where there is nothing to compare. */
  readonly speed: ComparedSpeed | null;
  /** Worse when anything is, better when something is and nothing worse. */
  readonly verdict: Verdict;
}

export interface InvalidCell {
  /** As it is in the run, unless that is the valid one. */
  readonly cell: ToldCell;
  /** Where it has no valid result. */
  readonly side: 'run' | 'reference' | 'both';
}

export interface RunComparison {
  readonly cells: readonly ComparedCell[];
  /** Cells that have no valid result in one of the two, as they are there. */
  readonly notValid: readonly InvalidCell[];
  readonly onlyInRun: readonly ToldCell[];
  readonly onlyInReference: readonly ToldCell[];
  readonly isSameMachine: boolean;
  /** Whether cells are told apart by what their models and tasks were set to; by their names alone where one of the two does not say. */
  readonly bySettings: boolean;
}

interface Pair {
  readonly after: CellRecord;
  readonly before: CellRecord;
}

export function compareRuns(run: RunRecord, reference: RunRecord): RunComparison {
  const all = [...run.cells, ...reference.cells];
  const bySettings = all.every(({ settings }) => settings !== null);
  const ours = byKey(run.cells, bySettings);
  const theirs = byKey(reference.cells, bySettings);
  const told = toldApart(all);
  const identity = (cell: CellRecord): ToldCell => told(identityOf(cell));
  const matched = [...ours].flatMap(([key, after]): Pair[] => {
    const before = theirs.get(key);
    return before === undefined ? [] : [{ after, before }];
  });
  const isSameMachine = run.machine === reference.machine;
  const valid = matched.filter(({ after, before }) => isValid(after) && isValid(before));
  const metrics = comparedMetrics(valid, reference.seed);
  return {
    cells: valid.map((pair, at) => {
      const speed = compareSpeed(pair.after, pair.before, isSameMachine);
      const verdicts = [
        ...metrics[at]!.map(({ verdict }) => verdict),
        ...(speed === null ? [] : [speed.verdict]),
      ];
      return { cell: identity(pair.after), metrics: metrics[at]!, speed, verdict: together(verdicts) };
    }),
    notValid: matched.flatMap(({ after, before }): InvalidCell[] => {
      if (isValid(after)) return isValid(before) ? [] : [{ cell: identity(before), side: 'reference' }];
      return [{ cell: identity(after), side: isValid(before) ? 'run' : 'both' }];
    }),
    onlyInRun: [...ours].filter(([key]) => !theirs.has(key)).map(([, cell]) => identity(cell)),
    onlyInReference: [...theirs].filter(([key]) => !ours.has(key)).map(([, cell]) => identity(cell)),
    ...{ isSameMachine, bySettings },
  };
}

/** Whether anything of a cell is held against anything: throughputs of two machines are not. */
export function sharesFigures({ metrics, speed }: ComparedCell): boolean {
  return metrics.length > 0 || speed !== null;
}

function isValid({ status }: CellRecord): boolean {
  return status === 'completed';
}

/** `[pairs][metrics]`: all metrics that can be tested, or without samples the one that heads a table. */
function comparedMetrics(pairs: readonly Pair[], seed: number): ComparedMetric[][] {
  const found = pairs.map((): ComparedMetric[] => []);
  for (const { name, better } of METRICS) {
    const having = [...pairs.keys()].filter(
      (at) => pairs[at]!.after.metrics[name] !== undefined && pairs[at]!.before.metrics[name] !== undefined,
    );
    const differences = new Map(
      having.flatMap((at) => {
        const difference = differenceOf(pairs[at]!, name);
        return difference === undefined ? [] : [[at, difference] as const];
      }),
    );
    const tests = pairedComparisons([...differences.values()], isRightOrWrong(name), seed);
    const testOf = new Map([...differences.keys()].map((at, index) => [at, tests[index]!]));
    for (const at of having) {
      const test = testOf.get(at) ?? null;
      if (test === null && (found[at]!.length > 0 || better === 'lower')) continue;
      const [before, after] = [pairs[at]!.before.metrics[name]!, pairs[at]!.after.metrics[name]!];
      found[at]!.push({ metric: name, before, after, test, verdict: accuracyVerdict(after - before, test) });
    }
  }
  return found;
}

function differenceOf({ after, before }: Pair, metric: string): Float64Array | undefined {
  if (after.samples === null || after.samples.digest !== before.samples?.digest) return undefined;
  const [ours, theirs] = [sampleValues(after, metric), sampleValues(before, metric)];
  if (ours === undefined || theirs === undefined) return undefined;
  return ours.map((value, sample) => value - theirs[sample]!);
}

function accuracyVerdict(difference: number, test: PairedComparison | null): Verdict {
  if (difference === 0 || (test !== null && !isDistinguishable(test))) return 'same';
  return difference > 0 ? 'better' : 'worse';
}

function together(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('worse')) return 'worse';
  return verdicts.includes('better') ? 'better' : 'same';
}

/** Cells that are told apart by nothing here (two settings of one task, where these are not known) are matched in their order. */
function byKey(cells: readonly CellRecord[], bySettings: boolean): Map<string, CellRecord> {
  const known = new Map<string, CellRecord>();
  for (const cell of cells) {
    const own = cellKey(cell, bySettings);
    let key = own;
    for (let again = 2; known.has(key); again++) key = `${own} ${again}`;
    known.set(key, cell);
  }
  return known;
}
