/** The presets at full size, counted without a weight. Parameters: those of the published checkpoints. */
import { describe, expect, it } from 'vitest';
import { pipelineTable } from '../../../src/command-line/pipeline-table.js';
import { inspectPipeline } from '../../../src/models/stable-diffusion/inspect-pipeline.js';
import { openPipeline } from '../../../src/models/stable-diffusion/open-pipeline.js';

const described = async (preset: string) => inspectPipeline(await openPipeline({ preset }));

describe('inspectPipeline', () => {
  it('counts the parameters of Stable Diffusion 1.5 and the work of its levels', async () => {
    const description = await described('sd-1.5');
    const { unet, vaeEncoder, vaeDecoder, textEncoder } = description;
    expect(unet!.parameters).toBe(859_520_964);
    expect(vaeEncoder!.parameters + vaeDecoder!.parameters).toBe(83_653_863);
    expect(textEncoder!.parameters).toBe(123_060_480);

    expect(
      unet!.levels.map(({ name, tokens, transformerBlocks }) => [name, tokens, transformerBlocks]),
    ).toEqual([
      ['time', null, 0],
      ['input', null, 0],
      ['level 0', 4096, 5],
      ['level 1', 1024, 5],
      ['level 2', 256, 5],
      ['level 3', null, 0],
      ['middle', 64, 1],
      ['output', null, 0],
    ]);
    const sum = (of: 'flops' | 'parameters') => unet!.levels.reduce((total, level) => total + level[of], 0);
    expect(sum('parameters')).toBe(unet!.parameters);
    expect(sum('flops')).toBeCloseTo(unet!.flops, 0);
    const top = unet!.levels[2]!;
    expect(top.selfAttentionFlops + top.crossAttentionFlops + top.mlpFlops).toBeLessThan(top.flops);
    expect(pipelineTable(description)).toMatch(/level 0 +4096 +5 .*\n/);
  });

  it.each([
    ['sd-2.1-base', 4096],
    ['sd-2.1', 9216],
  ])('counts those of %s, with %i tokens on its finest level', async (preset, tokens) => {
    const { unet, textEncoder } = await described(preset);
    expect(unet!.parameters).toBe(865_910_724);
    expect(textEncoder!.parameters).toBe(340_387_840);
    expect(unet!.levels[2]!.tokens).toBe(tokens);
  });
});

it('takes another size of picture', async () => {
  expect((await openPipeline({ preset: 'sd-2.1', imageSize: 512 })).latentSize).toEqual({
    height: 64,
    width: 64,
  });
});
