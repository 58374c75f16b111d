/** Invented rows in the shape of the quickstart, for tests of the report. No number here was measured. */
import type { TrialRow } from '../../src/report/trial-row.js';

const BLANK: TrialRow = {
  experiment: 'quickstart',
  trial: '',
  model: './models/emoji-clip',
  task: 'classification',
  dataset: 'emoji-objects',
  device: 'CPU, 2 threads',
  method: 'none',
  parameters: {},
  status: 'completed',
  reason: '',
  samples: 2000,
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
  flopsPerSample: null,
  flopRatio: null,
  peakRssBytes: null,
  tokens: [],
  metrics: {},
  metricsNote: '',
};

/** A row with the given parts and nothing else measured. */
export function exampleRow(parts: Partial<TrialRow>): TrialRow {
  return { ...BLANK, ...parts };
}

const BASELINE_PER_SECOND = 212.4;
const TOKENS = 197;

/** Ends as such rows do: slower to gain than FLOPs promise, with an interval of a few per cent. */
function reduced(
  trial: string,
  method: string,
  r: number,
  top1: number,
  more: TrialRow['parameters'] = {},
  others: Partial<TrialRow> = {},
): TrialRow {
  const merging = 12 - Number(more['layers.from'] ?? 0);
  const flopRatio = 1 / (1 - (r * merging * (merging + 1)) / 2 / 12 / TOKENS);
  const speedup = 1 + (flopRatio - 1) * (method === 'pruning' ? 1.02 : 0.93) + 0.004 * ((r * 7) % 5);
  const latencyMs = (16_000 / BASELINE_PER_SECOND) * (1 / speedup);
  return exampleRow({
    trial,
    method,
    parameters: { tokensPerLayer: r, 'layers.from': 0, ...more },
    ...{ imagesPerSecond: 16_000 / latencyMs, endToEndImagesPerSecond: 15_000 / latencyMs, timedRuns: 38 },
    ...{ latencyMedianMs: latencyMs, latencyP5Ms: latencyMs * 0.98, latencyP50Ms: latencyMs },
    ...{ latencyP95Ms: latencyMs * 1.06, latencyP99Ms: latencyMs * 1.1, latencyMadMs: latencyMs * 0.01 },
    ...{ speedup, speedupLow: speedup * 0.985, speedupHigh: speedup * 1.013 },
    ...{ flopsPerSample: 1.07e9 / flopRatio, flopRatio, peakRssBytes: 431 * 2 ** 20 },
    tokens: Array.from({ length: 12 }, (_, block) => TOKENS - r * (block + 1)),
    metrics: { top1, top5: 1 - (1 - top1) * 0.4, meanPerClass: top1 - 0.004 },
    ...others,
  });
}

const ACCURACY: Readonly<Record<string, readonly number[]>> = {
  tome: [0.732, 0.717, 0.672, 0.583],
  pruning: [0.726, 0.701, 0.641, 0.522],
  random: [0.703, 0.644, 0.541, 0.402],
  'turbo 1': [0.735, 0.728, 0.702, 0.634],
  'turbo 5': [0.734, 0.731, 0.714, 0.668],
  'turbo 10': [0.731, 0.722, 0.694, 0.631],
};
const AMOUNTS = [4, 8, 12, 16];

/** Classification as in experiments/quickstart.yaml: four methods, an α sweep, a layers ablation, one invalid trial. */
export function classificationRows(): TrialRow[] {
  const baseline = exampleRow({
    trial: '00a1',
    ...{ imagesPerSecond: BASELINE_PER_SECOND, endToEndImagesPerSecond: 198.1, timedRuns: 40 },
    ...{ latencyMedianMs: 75.3, latencyP5Ms: 74.1, latencyP50Ms: 75.3, latencyP95Ms: 79.9, latencyP99Ms: 84 },
    ...{ latencyMadMs: 0.8, speedup: 1, speedupLow: 1, speedupHigh: 1, flopsPerSample: 1.07e9, flopRatio: 1 },
    ...{ peakRssBytes: 402 * 2 ** 20, tokens: Array.from({ length: 12 }, () => TOKENS) },
    metrics: { top1: 0.737, top5: 0.903, meanPerClass: 0.733 },
  });
  const turbo = [1, 5, 10].flatMap((alpha) =>
    AMOUNTS.map((r, at) =>
      reduced(`t${alpha}-${r}`, 'turbo', r, ACCURACY[`turbo ${alpha}`]![at]!, { alpha }),
    ),
  );
  const rivals = ['tome', 'pruning', 'random'].flatMap((method) =>
    AMOUNTS.map((r, at) => reduced(`${method}-${r}`, method, r, ACCURACY[method]![at]!)),
  );
  const layers = [2, 4].map((from, at) =>
    reduced(`l${from}`, 'turbo', 12, [0.726, 0.733][at]!, { alpha: 5, 'layers.from': from }),
  );
  const noisy = rivals.findIndex(({ trial }) => trial === 'pruning-12');
  rivals[noisy] = {
    ...rivals[noisy]!,
    status: 'invalid',
    reason: 'timings scatter by 14.2 % (MAD ÷ median), at most 10.0 % allowed',
  };
  return [...turbo, baseline, ...rivals, ...layers];
}

/** Retrieval with the same methods and fewer of them. */
export function retrievalRows(): TrialRow[] {
  return classificationRows()
    .filter(({ parameters }) => !Number(parameters['layers.from']) && parameters.alpha !== 1)
    .map((row) => {
      const top1 = row.metrics.top1!;
      const metrics = {
        recallAt1ImageToText: top1 * 0.62,
        recallAt5ImageToText: top1 * 1.1,
        recallAt10ImageToText: top1 * 1.22,
        recallAt1TextToImage: top1 * 0.55,
        recallAt5TextToImage: top1 * 1.02,
        recallAt10TextToImage: top1 * 1.17,
        meanRecall: top1 * 0.947,
      };
      return {
        ...row,
        task: 'retrieval',
        dataset: 'emoji-scenes',
        samples: 1000,
        trial: `r${row.trial}`,
        metrics,
      };
    });
}

/** Spearman's ρ by block for two models. */
export function semanticValidityRows(): TrialRow[] {
  const rho = {
    './models/emoji-clip': [0.05, 0.12, 0.21, 0.34, 0.41, 0.52, 0.58, 0.55, 0.63, 0.66, 0.71, 0.69],
    'facebook/dinov2-small': [-0.08, 0.02, 0.09, 0.05, 0.22, 0.18, 0.31, 0.28, 0.4, 0.33, 0.45, 0.5],
  };
  return Object.entries(rho).map(([model, values]) =>
    exampleRow({
      ...{ model, task: 'semantic-validity', trial: `s-${model.at(-1)}`, samples: 64 },
      metrics: Object.fromEntries(values.map((value, block) => [`spearmanRhoBlock${block}`, value])),
    }),
  );
}

/** A grid with more combinations than a chart can show as lines: 7 ways to combine × 3 α × 3 r. */
export function combinationRows(): TrialRow[] {
  const ways = ['additive', 'ratio', 'product', 'normalized', 'rank-sum', 'redundancy-only', 'semantic-only'];
  const grid = ways.flatMap((combine, way) =>
    [1, 5, 10].flatMap((alpha) =>
      [4, 8, 12].map((r) =>
        reduced(
          `${combine}-${alpha}-${r}`,
          'turbo',
          r,
          0.74 - r * 0.002 * (1 + way) - Math.abs(alpha - 5) * 0.002,
          {
            combine,
            alpha,
          },
        ),
      ),
    ),
  );
  return [classificationRows().find(({ method }) => method === 'none')!, ...grid];
}

/** Throughput only: random weights have no accuracy. */
export function randomWeightRows(): TrialRow[] {
  return classificationRows().map((row) => ({
    ...row,
    ...{
      model: 'vit-base-patch16-224',
      dataset: '',
      task: 'throughput',
      metrics: {},
      metricsNote: 'random weights',
    },
  }));
}
