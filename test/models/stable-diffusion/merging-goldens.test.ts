/** Merging in the U-Nets of two tiny pipelines against tomesd and the written-out method; `test/fixtures/diffusion/README.md` tells how. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type TensorData, tensorData } from '../../../src/engines/index.js';
import { openPipeline } from '../../../src/models/stable-diffusion/open-pipeline.js';
import {
  type DiffusionMergingOptions,
  diffusionMerging,
} from '../../../src/reduction/diffusion/diffusion-merging.js';
import type { SemanticEstimator } from '../../../src/reduction/diffusion/semantic-estimators.js';
import { type DiffusionCase, type DiffusionGolden, expectClose, openGolden } from './diffusion-golden.js';
import { runOnce } from './run-once.js';

interface GoldenReduction {
  readonly ratio: number;
  readonly sx: number;
  readonly sy: number;
  readonly maxDownsample: number;
  readonly mergeAttention: boolean;
  readonly mergeCrossAttention: boolean;
  readonly mergeMlp: boolean;
  readonly estimator: SemanticEstimator;
  readonly queryStride: number;
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  readonly metric: 'hidden' | 'keys';
  readonly proportional: boolean;
}
interface MergingCase extends DiffusionCase {
  readonly reduction: GoldenReduction | null;
  readonly blocks: readonly { readonly tokensIn: number; readonly merged: number }[];
}

const textLength = 16;

function optionsOf({
  sx,
  sy,
  estimator,
  metric,
  proportional,
  ...same
}: GoldenReduction): DiffusionMergingOptions {
  return {
    ...same,
    ...{ strideX: sx, strideY: sy, partition: 'top-left', seed: 0, combine: 'additive' },
    metric: metric === 'keys' ? 'keys' : 'hidden-states',
    semantic: estimator,
    proportionalAttention: proportional,
  };
}

function casesOf(folder: string): MergingCase[] {
  const { cases } = JSON.parse(readFileSync(path.join(folder, 'cases.json'), 'utf8'));
  return cases.filter(({ kind, reduction }: MergingCase) => kind === 'unet' && reduction);
}

/** 1 behind the start token and before the first end token. */
function content(golden: DiffusionGolden, endToken: number): TensorData {
  const ids = golden.input('promptIds');
  const rows = new Float32Array(2 * textLength);
  for (let row = 0; row < 2; row++)
    for (let at = 1; Number(ids.data[row * textLength + at]) !== endToken; at++)
      rows[row * textLength + at] = 1;
  return tensorData(rows, [2, textLength]);
}

describe.each(['sd1', 'sd2'] as const)('merging in the U-Net of %s', async (name) => {
  const golden = openGolden(name);
  const pipeline = await openPipeline(golden.folder);
  const unet = await pipeline.unet();
  const { endToken } = JSON.parse(readFileSync(path.join(golden.folder, 'cases.json'), 'utf8'));
  afterAll(() => pipeline.close());

  it.each(casesOf(golden.folder).map((item) => [item.name, item] as const))('%s', async (_, item) => {
    const reducer = diffusionMerging(optionsOf(item.reduction!), { textLength });
    const graph = unet.graph({ height: 16, width: 16, textLength, reducer, trace: true });
    expect(reducer.decisions().map(({ tokens, merged }) => ({ tokensIn: tokens, merged }))).toEqual(
      item.blocks,
    );
    const step = Number(golden.input('unet.timestep').data[0]);
    const outputs = await runOnce(graph, {
      sample: golden.input('unet.sample'),
      timestep: tensorData(Float32Array.of(step, step), [2]),
      encoder_hidden_states: golden.input('unet.embedding'),
      ...(item.reduction!.estimator === 'cross-attention'
        ? { prompt_content: content(golden, endToken) }
        : {}),
    });
    expectClose('out_sample', outputs.out_sample, golden.tensor(item.name), item.tolerance);
    for (const [block, { merged }] of item.blocks.entries()) {
      const prefix = `${item.name}.block${block}`;
      const wanted = pairs(golden.tensor(`${prefix}.source`), golden.tensor(`${prefix}.destination`), merged);
      expect(pairs(outputs[`block${block}.source`]!, outputs[`block${block}.destination`]!, merged)).toEqual(
        wanted,
      );
      if (item.reduction!.alpha > 0)
        expectClose(
          `${prefix}.semantic`,
          outputs[`block${block}.semantic`],
          golden.tensor(`${prefix}.semantic`),
          {
            atol: 1e-6,
            rtol: 1e-4,
          },
        );
    }
  });
});

/** Who goes where, by source, for every element of the batch. */
function pairs(
  source: Pick<TensorData, 'data'>,
  destination: Pick<TensorData, 'data'>,
  merged: number,
): number[][][] {
  return [0, 1].map((row) =>
    Array.from({ length: merged }, (_, at) => [
      Number(source.data[row * merged + at]),
      Number(destination.data[row * merged + at]),
    ]).sort((a, b) => a[0]! - b[0]!),
  );
}
