/**
 * What variants of a model take of the memory: the peak of one alone, and whether two fit side by side. Both in a fresh process.
 *
 * Random pixels do as well as others: what a network holds depends on shapes alone.
 */
import { spreadValues, tensorData } from '../engines/index.js';
import { BASELINE } from '../experiment/expand.js';
import { watchMemory } from '../measure/memory.js';
import { FULL_PRECISION } from '../precision/precision.js';
import type { PreparedTask } from '../tasks/task.js';
import { withoutRanges } from './calibrate.js';
import { type ModelOnEngine, openVariant, releaseVariant } from './open-variant.js';
import { ownGpuMemory } from './own-gpu-memory.js';
import type { PreparedTasks } from './prepared-tasks.js';
import type { TrialVariant } from './run-trial.js';
import type { FitJob, FitReport, MemoryJob, MemoryReport } from './worker-messages.js';

/** The engine's arena has its size after the first, the second shows that it stays. */
const PASSES = 2;

export async function peakOfVariant(
  onEngine: ModelOnEngine,
  tasks: PreparedTasks,
  { reduction, outputs, task: options, precision = FULL_PRECISION }: MemoryJob,
): Promise<MemoryReport> {
  const memory = watchMemory();
  const task = options === null ? null : await tasks.prepared(options, precision);
  const scored = task?.kind === 'scored' ? task : null;
  // Ranges change neither what is held nor how much of it, and finding them takes memory.
  const choice = { reduction, precision: withoutRanges(precision), ranges: undefined };
  const openTextSide = scored?.openTextSide;
  const variant = await openVariant(onEngine, choice, {
    outputs,
    ...(openTextSide === undefined ? {} : { openTextSide }),
  });
  const pass = passOnOneBatch(onEngine, scored);
  memory.loaded();
  for (let run = 0; run < PASSES; run++) await pass(variant);
  const figures = memory.ended();
  const gpuMemoryBytes = await ownGpuMemory(variant.encoder.device);
  await releaseVariant(variant);
  return { kind: 'memory', ...figures, gpuMemoryBytes };
}

/** Baseline and variant are loaded side by side where they are timed, and the unreduced model holds the most. */
export async function fitPair(
  onEngine: ModelOnEngine,
  tasks: PreparedTasks,
  { task: options }: FitJob,
): Promise<FitReport> {
  const task = await tasks.prepared(options, FULL_PRECISION);
  if (task.kind === 'measurement') return { kind: 'fit' };
  const whole = { reduction: { method: BASELINE }, precision: FULL_PRECISION, ranges: undefined };
  const pair = [await openVariant(onEngine, whole, task), await openVariant(onEngine, whole, task)];
  const pass = passOnOneBatch(onEngine, task);
  for (const variant of pair) await pass(variant);
  for (const variant of pair) await releaseVariant(variant);
  return { kind: 'fit' };
}

/** @param scored null where nothing runs behind the image encoder */
function passOnOneBatch({ model, setup }: ModelOnEngine, scored: PreparedTask | null) {
  const { imageHeight, imageWidth, channels } = model.encoder;
  const images = setup.measure.batchSize * (scored?.imagesPerSample ?? 1);
  const batch = Math.min(images, scored?.samples.length ?? images);
  const pixels = spreadValues(batch * channels * imageHeight * imageWidth);
  const feeds = { pixel_values: tensorData(pixels, [batch, channels, imageHeight, imageWidth]) };
  return async ({ encoder, textSide }: TrialVariant): Promise<void> => {
    const encoded = await encoder.run(feeds);
    await textSide?.run([...Array(batch).keys()], encoded);
  };
}
