/** From what a worker saw to the row of the table: figures, and whether they may be believed. */

import { countsText, deviceText } from '../engines/index.js';
import { driftOf } from '../measure/drift.js';
import { outlierCount } from '../measure/outliers.js';
import { speedupOf } from '../measure/speedup.js';
import { type Summary, summarize } from '../measure/summary.js';
import { RULES_OF_REST, violations } from '../measure/validity.js';
import type { ValidityBounds } from '../measure/validity-bounds.js';
import type { TrialRow } from '../report/trial-row.js';
import { energyColumns, memoryColumns, workColumns } from './machine-columns.js';
import type { MachinePeak } from './peak-probe.js';
import { pictureColumns } from './picture-columns.js';
import type { PlannedTrial } from './plan.js';
import type { TrialObservation } from './run-trial.js';
import type { MemoryReport, TrialReport } from './worker-messages.js';

/** What holds for the whole run, or for all trials under the same conditions. */
export interface JudgeContext {
  readonly experiment: string;
  /** For people. */
  readonly device: string;
  /** The engine's own name of the device that the experiment asks for. */
  readonly askedDevice: string;
  /** Samples in a batch; null where it was to be found and was not. */
  readonly batchSize: number | null;
  readonly bounds: ValidityBounds;
  readonly seed: number;
  readonly skipBadSamples: boolean;
  /** Null when it was not measured. */
  readonly peak: MachinePeak | null;
}

export interface JudgedTrial {
  readonly row: TrialRow;
  readonly notes: readonly string[];
  /** Whether nothing but a restless machine makes it invalid. */
  readonly restless: boolean;
}

const NAMED_BAD_SAMPLES = 5;

/** The row of a trial that ran to its end. @param memory null when it was not to be measured, a text when it could not be */
export function judgeTrial(
  planned: PlannedTrial,
  report: TrialReport,
  memory: MemoryReport | string | null,
  context: JudgeContext,
): JudgedTrial {
  const { observation } = report;
  const { pictureTiming } = report;
  const latenciesMs = pictureTiming?.variant.denoisingMs ?? observation.variantMs;
  const timing = latenciesMs.length === 0 ? null : summarize(latenciesMs);
  const drift = driftOf(latenciesMs);
  const broken = violations(
    {
      ...(drift === null ? {} : { drift }),
      ...(timing === null
        ? {}
        : { timing: { count: timing.count, medianMs: timing.median, madMs: timing.mad } }),
      clockStepMs: report.clockStepMs,
      ...(report.clockBackMs === undefined ? {} : { clockBackMs: report.clockBackMs }),
      ...(report.otherLoad === undefined ? {} : { otherLoad: report.otherLoad }),
      device: { asked: context.askedDevice, ran: deviceRan(report, context.askedDevice) },
      nonFiniteOutputs: observation.nonFiniteOutputs,
      ...(report.tokenMass === null || observation.worstTokenMass === null
        ? {}
        : { tokenMass: { expected: report.tokenMass, afterBlock: [observation.worstTokenMass] } }),
      predictionCount: observation.predictionCount,
      sampleCount: observation.sampleCount,
      skippedSamples: observation.badSamples.length,
    },
    { ...context.bounds, skipBadSamples: context.skipBadSamples },
  );
  const notes = [
    ...planned.notes,
    ...(planned.batchSize === 'max' ? [largestBatchNote(planned, context.batchSize)] : []),
    ...bookkeepingNotes(report),
    ...badSampleNotes(observation.badSamples),
    ...(typeof memory === 'string' ? [`the memory could not be measured: ${memory}`] : []),
  ];
  const reasons = broken.map(({ reason, remedy }) => `${reason}: ${remedy}`);
  return {
    notes,
    restless: broken.length > 0 && broken.every(({ rule }) => RULES_OF_REST.has(rule)),
    row: {
      ...emptyRow(planned, context),
      status: broken.length === 0 ? 'completed' : 'invalid',
      reason: [...reasons, ...notes].join('; '),
      device: context.device,
      samples: observation.predictionCount,
      skippedSamples: observation.badSamples.length,
      endToEndImagesPerSecond: report.endToEndImagesPerSecond,
      ...(timing === null ? {} : timingColumns(timing, observation.timedBatchSize)),
      ...(timing === null ? {} : { timingOutliers: outlierCount(latenciesMs) }),
      ...(drift === null ? {} : { timingDrift: drift.change }),
      ...speedupColumns(observation, context.seed),
      ...textSideColumns(observation, context.seed),
      ...(pictureTiming === undefined
        ? {}
        : pictureColumns(pictureTiming, observation.variantMs, context.seed)),
      ...workOf(planned, report, context.peak),
      ...memoryColumns(typeof memory === 'string' ? null : memory),
      otherLoad: report.otherLoad ?? null,
      ...energyColumns(report.energy),
      metrics: observation.metrics,
      metricsNote: report.metricsNote,
      ...(report.examples.length === 0 ? {} : { examples: report.examples }),
      ...(report.shown === undefined ? {} : { shown: report.shown }),
    },
  };
}

/** The row of a trial that did not get to its end. */
export function failedTrial(
  planned: PlannedTrial,
  reason: string,
  context: Omit<JudgeContext, 'peak'>,
): JudgedTrial {
  const row: TrialRow = { ...emptyRow(planned, context), status: 'failed', reason };
  return { notes: planned.notes, restless: false, row };
}

/** What any of its sessions left to the CPU counts, not those of the image encoder alone. */
function deviceRan({ device, placement }: TrialReport, asked: string): string {
  return placement === undefined ? device : deviceText(asked, placement);
}

/** What only counts positions may run beside the device; it is told. */
function bookkeepingNotes({ placement }: TrialReport): string[] {
  const { cpu: onCpu = {}, ...elsewhere } = placement?.operators ?? {};
  if (Object.keys(elsewhere).length === 0 || Object.keys(onCpu).length === 0) return [];
  const counts = Object.entries(onCpu).map(
    ([name, count]) => [name, count - (placement?.computeOnCpu[name] ?? 0)] as const,
  );
  const positions = Object.fromEntries(counts.filter(([, count]) => count > 0));
  if (Object.keys(positions).length === 0) return [];
  return [`positions are counted on the CPU: ${countsText(positions)}`];
}

function timingColumns(timing: Summary, batchSize: number) {
  return {
    imagesPerSecond: (1000 * batchSize) / timing.median,
    timedRuns: timing.count,
    latencyMedianMs: timing.median,
    latencyP5Ms: timing.p5,
    latencyP50Ms: timing.p50,
    latencyP95Ms: timing.p95,
    latencyP99Ms: timing.p99,
    latencyMadMs: timing.mad,
  };
}

/** The baseline is as fast as itself, by definition and without an interval. */
function speedupColumns({ baselineMs, variantMs }: TrialObservation, seed: number) {
  if (variantMs.length === 0) return {};
  if (baselineMs.length === 0) return { speedup: 1, speedupLow: null, speedupHigh: null };
  return speedupOf(baselineMs, variantMs, seed);
}

/** Nothing for a task that is all image encoder. */
function textSideColumns(
  { baselineMs, variantMs, baselineTextMs, variantTextMs }: TrialObservation,
  seed: number,
) {
  if (variantTextMs.length === 0) return {};
  const encoderMs = withoutText(variantMs, variantTextMs);
  return {
    imageEncoderMedianMs: summarize(encoderMs).median,
    textSideMedianMs: summarize(variantTextMs).median,
    imageEncoderSpeedup:
      baselineMs.length === 0
        ? 1
        : speedupOf(withoutText(baselineMs, baselineTextMs), encoderMs, seed).speedup,
  };
}

/** The counted operations are those of the image encoder, or of a whole picture: they are held against the time of just that. */
function workOf({ flopsPerSample }: PlannedTrial, report: TrialReport, peak: MachinePeak | null) {
  const { variantMs, variantTextMs, timedBatchSize } = report.observation;
  if (variantMs.length === 0) return {};
  const countedMs = withoutText(variantMs, variantTextMs);
  return workColumns(flopsPerSample, timedBatchSize, summarize(countedMs).median, peak);
}

/** @param textMs of the same rounds; empty where there is no text side */
function withoutText(wholeMs: readonly number[], textMs: readonly number[]): number[] {
  return wholeMs.map((ms, round) => ms - (textMs[round] ?? 0));
}

function badSampleNotes(bad: TrialReport['observation']['badSamples']): string[] {
  if (bad.length === 0) return [];
  const named = bad.slice(0, NAMED_BAD_SAMPLES).map(({ id, reason }) => `${id} (${reason})`);
  const more = bad.length > named.length ? `, and ${bad.length - named.length} more` : '';
  return [`bad samples: ${named.join(', ')}${more}`];
}

/** A batch of all samples says nothing of the memory: larger ones were not tried. */
function largestBatchNote({ samples }: PlannedTrial, batchSize: number | null): string {
  return batchSize === samples
    ? `all ${samples} samples fit into one batch`
    : `the largest batch that fits: ${batchSize}`;
}

function emptyRow(planned: PlannedTrial, context: Omit<JudgeContext, 'peak'>): TrialRow {
  return {
    experiment: context.experiment,
    trial: planned.id,
    model: planned.trial.model.name,
    task: planned.taskLabel,
    dataset: planned.datasetLabel,
    device: context.device,
    threads: planned.threads,
    batchSize: context.batchSize,
    method: planned.trial.reduction.method,
    parameters: planned.parameters,
    status: 'failed',
    reason: '',
    samples: null,
    skippedSamples: 0,
    imagesPerSecond: null,
    endToEndImagesPerSecond: null,
    timedRuns: null,
    latencyMedianMs: null,
    latencyP5Ms: null,
    latencyP50Ms: null,
    latencyP95Ms: null,
    latencyP99Ms: null,
    latencyMadMs: null,
    speedup: null,
    speedupLow: null,
    speedupHigh: null,
    flopsPerSample: planned.flopsPerSample,
    flopRatio: planned.flopRatio,
    weightBytes: planned.weightBytes,
    peakRssBytes: null,
    tokens: planned.tokens,
    metrics: {},
    metricsNote: '',
  };
}
