/** Merging in the U-Nets of two tiny pipelines against tomesd and the written-out method; `test/fixtures/diffusion/README.md` tells how. */
import { afterAll, describe, expect, it } from 'vitest';
import { tensorData } from '../../../src/engines/index.js';
import { openPipeline } from '../../../src/models/stable-diffusion/open-pipeline.js';
import { diffusionMerging } from '../../../src/reduction/diffusion/diffusion-merging.js';
import { goldenEngines, openOnDevice } from '../../engines/engines-under-test.js';
import { type DiffusionCase, type DiffusionGolden, expectClose, openGolden } from './diffusion-golden.js';
import { contentOf, type GoldenReduction, mergingOf, textLength } from './golden-merging.js';

interface MergingCase extends DiffusionCase {
  readonly reduction: GoldenReduction | null;
  readonly blocks: readonly { readonly tokensIn: number; readonly merged: number }[];
}

function casesOf({ cases }: DiffusionGolden): MergingCase[] {
  return (cases as MergingCase[]).filter(({ kind, reduction }) => kind === 'unet' && reduction);
}

describe.each(goldenEngines)('on $engine, $device', async (under) => {
  const engine = await openOnDevice(under);

  describe.each(['sd1', 'sd2'] as const)('merging in the U-Net of %s', async (name) => {
    const golden = openGolden(name);
    const pipeline = await openPipeline(golden.folder);
    const unet = await pipeline.unet();
    const contents = tensorData(
      Float32Array.from([0, 1].flatMap((prompt) => [...(contentOf(golden, prompt).data as Float32Array)])),
      [2, textLength],
    );
    afterAll(() => pipeline.close());

    it.each(casesOf(golden).map((item) => [item.name, item] as const))('%s', async (_, item) => {
      const reducer = diffusionMerging(mergingOf(item.reduction!), { textLength });
      const graph = unet.graph({ height: 16, width: 16, textLength, reducer, trace: 'decisions' });
      expect(reducer.decisions().map(({ tokens, merged }) => ({ tokensIn: tokens, merged }))).toEqual(
        item.blocks,
      );
      const step = Number(golden.input('unet.timestep').data[0]);
      const session = await engine.createSession(graph, { threads: 1 });
      const outputs = await session.run({
        sample: golden.input('unet.sample'),
        timestep: tensorData(Float32Array.of(step, step), [2]),
        encoder_hidden_states: golden.input('unet.embedding'),
        ...(item.reduction!.estimator === 'cross-attention' ? { prompt_content: contents } : {}),
      });
      await session.release();
      expectClose('out_sample', outputs.out_sample, golden.tensor(item.name), item.tolerance);
      for (const [block, { merged }] of item.blocks.entries()) {
        const prefix = `${item.name}.block${block}`;
        const wanted = pairs(
          golden.tensor(`${prefix}.source`),
          golden.tensor(`${prefix}.destination`),
          merged,
        );
        expect(
          pairs(outputs[`block${block}.source`]!, outputs[`block${block}.destination`]!, merged),
        ).toEqual(wanted);
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
});

/** Who goes where, by source, for every element of the batch. */
function pairs(
  source: { readonly data: ArrayLike<number | bigint> },
  destination: { readonly data: ArrayLike<number | bigint> },
  merged: number,
): number[][][] {
  return [0, 1].map((row) =>
    Array.from({ length: merged }, (_, at) => [
      Number(source.data[row * merged + at]),
      Number(destination.data[row * merged + at]),
    ]).sort((a, b) => a[0]! - b[0]!),
  );
}
