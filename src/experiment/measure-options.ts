/** How long and with what each trial is timed, and on which engine. */
import { z } from 'zod';
import { ValidityBounds } from '../measure/validity-bounds.js';
import { FULL_PRECISION, precisionNames } from '../precision/precision.js';

/** Larger batches than this are not asked for, and not looked for. */
export const MOST_IMAGES_IN_BATCH = 4096;
export const DEFAULT_BATCH_SIZE = 16;
/** A day: no trial is timed for longer. */
const MOST_SECONDS = 86_400;
const Seconds = z.number().min(0).max(MOST_SECONDS);
const BatchSize = z.union([z.int().min(1).max(MOST_IMAGES_IN_BATCH), z.literal('max')]);
/** Images in one pass; `max` for as many as the memory takes. */
export type BatchSize = z.infer<typeof BatchSize>;
const Threads = z.int().min(1);

export const MeasureOptions = z
  .strictObject({
    batchSize: z
      .union([...BatchSize.options, z.array(BatchSize).min(1)])
      .default(DEFAULT_BATCH_SIZE)
      .describe(
        'Images in one pass of the network: a number, `max` for the largest batch that the memory takes, or a list of them, each of which is measured beside its own baseline.',
      ),
    minSeconds: Seconds.default(3).describe('Timed seconds that baseline and variant together get at least.'),
    minRuns: z.int().min(1).default(10).describe('Timed passes that each of the two gets at least.'),
    warmupSeconds: Seconds.default(1).describe(
      'Seconds of untimed passes at least before the first timed one. Timed passes that turn out not to be steady yet are warm-up too, and are made up for.',
    ),
    targetRelativeError: z
      .number()
      .min(0)
      .max(1)
      .default(0.025)
      .describe(
        'Timing goes on until half the interval of the speed-up (of the latency, for the baseline) is below this share of it, or until maxSeconds.',
      ),
    maxSeconds: Seconds.optional().describe(
      'Timed seconds after which that aim is given up; by default five times minSeconds. minSeconds and minRuns are kept in any case.',
    ),
    memory: z
      .boolean()
      .default(true)
      .describe('Measure the peak memory of every variant in a process of its own, after the timing.'),
    energy: z
      .boolean()
      .default(true)
      .describe(
        'Measure the energy of every variant in a pass of its own, after the timing, where the machine has a meter that can be read.',
      ),
    peak: z
      .boolean()
      .default(true)
      .describe(
        'Measure once in a run how fast this machine multiplies matrices, so that every trial can be told as a share of that.',
      ),
    predictions: z
      .boolean()
      .default(true)
      .describe(
        'Keep what became of every sample, for paired tests against the baseline and for `turbo-bench compare`.',
      ),
    validity: ValidityBounds.prefault({}),
  })
  .describe('How long each trial is timed. Variant and baseline run in turn on the same batches.');
export type MeasureOptions = z.infer<typeof MeasureOptions>;
/** The same of one trial, when its batch size is known. */
export type TrialMeasure = Omit<MeasureOptions, 'batchSize'> & { readonly batchSize: number };

export const DEFAULT_CALIBRATION_SAMPLES = 32;
const Precision = z.enum(precisionNames);

const SessionOption = z.union([z.string(), z.number(), z.boolean()]);

export const EngineOptions = z
  .strictObject({
    name: z.string().default('onnxruntime').describe('Engine that runs the network: onnxruntime or tfjs.'),
    device: z
      .string()
      .default('cpu')
      .describe(
        'Device of the engine: cpu, webgpu, cuda, coreml, directml, or auto for the first accelerator that opens; with tfjs cpu, wasm, tensorflow and gpu.',
      ),
    deviceId: z.int().min(0).optional().describe('Which of several GPUs, from 0; for cuda and directml.'),
    providerOptions: z
      .record(z.string(), SessionOption)
      .optional()
      .describe('Options of what computes on the device: {preferredLayout: NHWC} of webgpu.'),
    threads: z
      .union([Threads, z.array(Threads).min(1)])
      .optional()
      .describe(
        'Threads inside one operator: a number, or a list of them, each of which is measured beside its own baseline. Defaults to the number of cores that the process may use, and to 1 on a device that uses no more.',
      ),
    precision: z
      .union([Precision, z.array(Precision).min(1)])
      .default(FULL_PRECISION)
      .describe(
        'Bits in which the networks compute and keep their weights, or a list of them. Every reduction is measured in each, beside the unreduced model in float32. docs/precision.md tells what each does and where it runs.',
      ),
    calibrationSamples: z
      .int()
      .min(1)
      .default(DEFAULT_CALIBRATION_SAMPLES)
      .describe('Samples of the dataset on which int8-static finds the ranges of what goes into each layer.'),
    graphOptimizationLevel: z
      .enum(['disabled', 'basic', 'extended', 'all'])
      .default('all')
      .describe('How far the engine may rewrite the graph.'),
    skipUnreadRows: z
      .boolean()
      .default(false)
      .describe(
        'Compute in the last block only what the outputs read (the class token): the same outputs in less time, for baseline and variants alike, which then merge nothing there. Off, because published speed-ups are of whole networks.',
      ),
    sessionOptions: z
      .record(z.string(), SessionOption)
      .default({})
      .describe('Further options, handed to the engine as they are: {session.disable_prepacking: "1"}.'),
  })
  .describe('The engine that runs the networks.');
export type EngineOptions = z.infer<typeof EngineOptions>;
