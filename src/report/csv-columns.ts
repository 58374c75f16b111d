/** The columns of results.csv, in their order, each with its unit and meaning. `docs/results.md` shows this list. */
import type { PairedComparison } from '../measure/paired-comparison.js';
import { METRICS, type MetricName, metricsOf } from './metric-names.js';
import { PARAMETERS, parametersOf } from './parameter-names.js';
import { precisionGains } from './precision-gains.js';
import type { TrialRow } from './trial-row.js';

export type Cell = string | number | boolean | null | undefined;

export interface CsvColumn {
  name: string;
  unit: string;
  meaning: string;
  cell: (row: TrialRow) => Cell;
}

const column = (
  name: keyof TrialRow & string,
  unit: string,
  meaning: string,
  cell: (row: TrialRow) => Cell = (row) => row[name] as Cell,
): CsvColumn => ({ name, unit, meaning, cell });

/** What the trial is. */
export const IDENTITY_COLUMNS: readonly CsvColumn[] = [
  column('experiment', 'text', 'name in the experiment file'),
  column('trial', 'text', 'short id of the trial, the same in the journal'),
  column('model', 'text', 'folder or hub id as the experiment names it'),
  column('task', 'text', '`classification`, `knn`, `retrieval`, …'),
  column('dataset', 'text', 'name of the dataset manifest'),
  column('method', 'text', 'the reduction; `none` is the baseline'),
];

/** Under which conditions; each is left out where no row has it. */
export const CONDITION_COLUMNS: readonly CsvColumn[] = [
  column('threads', 'count', 'threads inside one operator'),
  column('batchSize', 'count', 'samples in one batch, not more than there are'),
];

/** What was measured. */
export const MEASURED_COLUMNS: readonly CsvColumn[] = [
  column('status', 'text', '`completed`, `invalid`, `failed` or `skipped`'),
  column('reason', 'text', 'why the trial is not `completed`, or what else is worth knowing'),
  column('samples', 'count', 'samples that were scored'),
  column('skippedSamples', 'count', 'samples that could not be read'),
  column('imagesPerSecond', 'images/s', 'throughput of the model alone'),
  column('endToEndImagesPerSecond', 'images/s', 'throughput with decoding and preprocessing'),
  column('timedRuns', 'count', 'timed batches'),
  column('latencyMedianMs', 'ms', 'median time of one batch through the model'),
  column('latencyP5Ms', 'ms', '5th percentile of the same'),
  column('latencyP50Ms', 'ms', '50th percentile, equal to the median'),
  column('latencyP95Ms', 'ms', '95th percentile'),
  column('latencyP99Ms', 'ms', '99th percentile'),
  column('latencyMadMs', 'ms', 'median absolute deviation from the median, unscaled'),
  column('speedup', 'ratio', 'median of baseline time ÷ trial time over interleaved pairs'),
  column('speedupLow', 'ratio', 'low end of its 95 % bootstrap interval'),
  column('speedupHigh', 'ratio', 'high end of its 95 % bootstrap interval'),
  column('flopsPerSample', 'FLOP', 'floating-point operations per sample; a multiply-add counts 2'),
  column('flopRatio', 'ratio', "baseline's FLOPs ÷ this trial's FLOPs"),
  column(
    'peakRssBytes',
    'bytes',
    'peak memory of a process that loads this variant alone and runs one batch twice',
  ),
  column('tokens', 'counts', 'tokens after every block, separated by spaces', (row) => row.tokens.join(' ')),
  column('device', 'text', 'where it ran'),
  column('metricsNote', 'text', 'why there are no metrics, such as `random weights`'),
];

/** What else the timed runs tell; each is left out where no row has it. */
export const TIMING_COLUMNS: readonly CsvColumn[] = [
  column(
    'timingOutliers',
    'count',
    'timed batches beyond a modified z-score of 3.5; they count in all figures',
  ),
  column(
    'timingDrift',
    'ratio',
    'change of the latency from the first timed batch to the last, as a share of it (Theil–Sen)',
  ),
];

/** What the machine gave to it; each is left out where no row has it. */
export const RESOURCE_COLUMNS: readonly CsvColumn[] = [
  column(
    'weightBytes',
    'bytes',
    'weights of the network that is reduced, in the types in which its graph takes them',
  ),
  column(
    'achievedGflopsPerSecond',
    'GFLOP/s',
    'counted operations ÷ time of the image encoder, or of the whole picture',
  ),
  column(
    'peakShare',
    'fraction',
    'the same ÷ what the machine was measured to reach in products of matrices',
  ),
  column(
    'loadedRssBytes',
    'bytes',
    'memory of the process behind `peakRssBytes` when all is loaded and nothing has run',
  ),
  column('runRssBytes', 'bytes', 'how far its memory went beyond that while it ran'),
  column('gpuMemoryBytes', 'bytes', 'memory that the driver says it holds on GPUs'),
  column(
    'otherLoad',
    'fraction',
    "share of the engine's cores that other processes kept busy while it was timed",
  ),
  column(
    'energyJoulesPerImage',
    'J',
    'energy of one image, by the meters that are named; idle power included',
  ),
  column('averagePowerWatts', 'W', 'mean power while that energy was measured'),
  column('energyMeters', 'text', 'what was read: packages and memory of the processor, GPUs'),
];

/** What is timed apart where a task does something behind the image encoder; left out where no row has it. */
export const TEXT_SIDE_COLUMNS: readonly CsvColumn[] = [
  column('imageEncoderMedianMs', 'ms', 'median time of one batch through the image encoder alone'),
  column('textSideMedianMs', 'ms', 'median time of what the task does with its image tokens'),
  column('imageEncoderSpeedup', 'ratio', 'speed-up of the image encoder alone'),
];

/** What is timed apart where a task makes pictures; left out where no row has it. */
export const PICTURE_COLUMNS: readonly CsvColumn[] = [
  column('secondsPerImage', 's', 'time of one picture, all parts together'),
  column('secondsPerStep', 's', 'denoising of one batch ÷ calls of the network'),
  column('textEncoderMedianMs', 'ms', 'median time of the text encoder for one batch'),
  column(
    'vaeMedianMs',
    'ms',
    'median time of the autoencoder for one batch, encoding included where there is any',
  ),
  column('denoisingSpeedup', 'ratio', 'speed-up of the denoising alone'),
];

/** The metrics that turbo-bench's own tasks report. */
export const METRIC_COLUMNS: readonly CsvColumn[] = METRICS.map((metric) => metricColumn(metric));

/** The parameters that turbo-bench's own methods know. */
export const PARAMETER_COLUMNS: readonly CsvColumn[] = PARAMETERS.map(parameterColumn);

/** The columns for these rows: only parameters and metrics that a row has. */
export function csvColumns(rows: readonly TrialRow[]): CsvColumn[] {
  return [
    ...IDENTITY_COLUMNS,
    ...parametersOf(rows).map(parameterColumn),
    ...MEASURED_COLUMNS,
    ...[...CONDITION_COLUMNS, ...TIMING_COLUMNS, ...RESOURCE_COLUMNS].filter(({ cell }) =>
      rows.some((row) => (cell(row) ?? null) !== null),
    ),
    ...precisionColumns(rows),
    ...(rows.some((row) => typeof row.textSideMedianMs === 'number') ? TEXT_SIDE_COLUMNS : []),
    ...(rows.some((row) => typeof row.secondsPerImage === 'number') ? PICTURE_COLUMNS : []),
    ...metricsOf(rows).map((metric) => metricColumn(metric)),
    ...metricsOf(rows)
      .filter(({ name }) => rows.some((row) => row.comparisons?.[name] !== undefined))
      .flatMap(({ name }) => comparisonColumns(name)),
  ];
}

/** What the precision has to do with the speed-up; left out where all rows are of float32. */
export const PRECISION_COLUMNS: readonly Omit<CsvColumn, 'cell'>[] = [
  {
    name: 'speedupInPrecision',
    unit: 'ratio',
    meaning: 'speed-up ÷ that of the unreduced model in the same precision',
  },
  {
    name: 'speedupProduct',
    unit: 'ratio',
    meaning: 'speed-up of the precision alone × that of the reduction in float32',
  },
];

function precisionColumns(rows: readonly TrialRow[]): CsvColumn[] {
  const gains = precisionGains(rows);
  if (gains.size === 0) return [];
  const cells = [(row: TrialRow) => gains.get(row)?.inPrecision, (row: TrialRow) => gains.get(row)?.product];
  return PRECISION_COLUMNS.map((about, at) => ({ ...about, cell: cells[at]! }));
}

/** How a metric differs from the baseline's: `top1Difference`, … Left out where no row was compared by it. */
export function comparisonColumns(metric: string): CsvColumn[] {
  const part = (suffix: string, unit: string, meaning: string, key: keyof PairedComparison): CsvColumn => ({
    ...{ name: `${metric}${suffix}`, unit, meaning },
    cell: (row) => row.comparisons?.[metric]?.[key],
  });
  return [
    part(
      'Difference',
      'as the metric',
      "value − baseline's value, over the samples that both have",
      'difference',
    ),
    part('DifferenceLow', 'as the metric', 'low end of its 95 % bootstrap interval', 'low'),
    part('DifferenceHigh', 'as the metric', 'high end of its 95 % bootstrap interval', 'high'),
    part(
      'PValue',
      'probability',
      'two-sided: McNemar (mid-p) of right or wrong, paired bootstrap of scores',
      'pValue',
    ),
    part(
      'AdjustedPValue',
      'probability',
      'the same after Holm, over the variants of one table',
      'adjustedPValue',
    ),
  ];
}

function parameterColumn(name: string): CsvColumn {
  return { name, unit: '', meaning: 'parameter of the reduction', cell: (row) => row.parameters[name] };
}

function metricColumn({ name, unit, meaning }: MetricName): CsvColumn {
  return { name, unit, meaning, cell: (row) => row.metrics[name] };
}
