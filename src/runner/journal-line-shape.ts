/**
 * Whether a line of a journal is what it says it is: its checksum keeps off bad disks, this keeps off those who write journals by hand.
 *
 * Only what is read is checked, and only its type: a later version may add fields and kinds of lines, an earlier one may lack fields that are optional today.
 */
import { z } from 'zod';
import { type JournalLine, LINE_KINDS } from './journal-lines.js';

const text = z.string();
const figure = z.number().nullable();
const texts = z.array(text);
const figures = z.array(z.number());
const plain = z.union([text, z.number(), z.boolean(), z.null()]);
/** No character of it means anything in an attribute of SVG or HTML. */
const base64 = text.regex(/^[A-Za-z0-9+/]*={0,2}$/);

const TEXT_FIELDS = [
  'experiment',
  'trial',
  'model',
  'task',
  'dataset',
  'device',
  'method',
  'reason',
  'metricsNote',
] as const;
const FIGURE_FIELDS = [
  ...['samples', 'imagesPerSecond', 'endToEndImagesPerSecond', 'timedRuns', 'latencyMedianMs', 'latencyP5Ms'],
  ...['latencyP50Ms', 'latencyP95Ms', 'latencyP99Ms', 'latencyMadMs', 'speedup', 'speedupLow', 'speedupHigh'],
  ...['flopsPerSample', 'flopRatio', 'peakRssBytes'],
] as const;
const LATER_FIGURE_FIELDS = [
  ...['timingOutliers', 'timingDrift', 'imageEncoderMedianMs', 'textSideMedianMs', 'imageEncoderSpeedup'],
  ...['secondsPerImage', 'secondsPerStep', 'textEncoderMedianMs', 'vaeMedianMs', 'denoisingSpeedup'],
  ...['achievedGflopsPerSecond', 'peakShare', 'loadedRssBytes', 'runRssBytes', 'gpuMemoryBytes', 'otherLoad'],
  ...['energyJoulesPerImage', 'averagePowerWatts', 'threads', 'batchSize'],
] as const;

const each = <Schema extends z.ZodType>(names: readonly string[], schema: Schema): Record<string, Schema> =>
  Object.fromEntries(names.map((name) => [name, schema]));

const Example = z.looseObject({
  ...each(['sample', 'picture', 'said', 'expected'], text),
  question: text.nullable(),
  score: z.number(),
});
const Shown = z.looseObject({ position: z.number(), prompt: text, picture: text, psnr: figure });

const Row = z.looseObject({
  ...each(TEXT_FIELDS, text),
  ...each(FIGURE_FIELDS, figure),
  ...each(LATER_FIGURE_FIELDS, figure.optional()),
  status: z.enum(['completed', 'invalid', 'failed', 'skipped']),
  skippedSamples: z.number(),
  parameters: z.record(text, plain),
  metrics: z.record(text, figure),
  tokens: figures,
  energyMeters: text.optional(),
  examples: z.array(Example).optional(),
  shown: z.array(Shown).optional(),
});

const Peak = z.looseObject({
  gflopsPerSecond: z.number(),
  size: z.number(),
  device: text,
  threads: z.number(),
});
const Provenance = z.looseObject({
  ...each(
    ['version', 'node', 'cpu', 'system', 'experiment', 'experimentFile', 'experimentText', 'startedAt'],
    text,
  ),
  commit: text.nullable(),
  seed: z.number(),
  energy: z
    .looseObject({ missing: z.array(z.looseObject(each(['meter', 'reason', 'enable'], text))) })
    .optional(),
  peak: Peak.optional(),
  peaks: z.array(Peak).optional(),
});

const Line = z.union([
  z.looseObject({ kind: z.literal('run'), provenance: Provenance, trials: texts }),
  z.looseObject({
    kind: z.literal('trial'),
    ...each(['fingerprint', 'startedAt'], text),
    row: Row,
    notes: texts,
    baselineMs: figures,
    variantMs: figures,
    predictions: z.looseObject({ file: text, sha256: text, samples: z.number() }).optional(),
    seconds: z.number(),
  }),
  z.looseObject({ kind: z.literal('picture'), key: text, jpegBase64: base64 }),
  z.looseObject({
    kind: z.literal('sample'),
    dataset: text,
    sample: text,
    pictures: texts,
    text: text.optional(),
  }),
  z.looseObject({ kind: text.refine((kind) => !LINE_KINDS.includes(kind)) }),
]);

export function isJournalLine(value: unknown): value is JournalLine {
  return Line.safeParse(value).success;
}
