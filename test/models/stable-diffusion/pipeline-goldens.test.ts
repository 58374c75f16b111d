/** Whole runs of two tiny pipelines against diffusers, latents after every step; `test/fixtures/diffusion/README.md` tells how the values came about. */
import { afterAll, describe, expect, it } from 'vitest';
import { chooseScheduler } from '../../../src/diffusion/schedulers/choose-scheduler.js';
import { firstStepOf } from '../../../src/diffusion/strength.js';
import { type TensorData, tensorData } from '../../../src/engines/index.js';
import { denoise } from '../../../src/models/stable-diffusion/denoise.js';
import { openDenoiser } from '../../../src/models/stable-diffusion/denoiser.js';
import { openLatentPictures } from '../../../src/models/stable-diffusion/latent-pictures.js';
import { openPipeline } from '../../../src/models/stable-diffusion/open-pipeline.js';
import { asksForAll, goldenEngines, openOnDevice } from '../../engines/engines-under-test.js';
import { type DiffusionCase, expectClose, openGolden } from './diffusion-golden.js';
import { contentOf, type GoldenReduction, mergingOf, textLength } from './golden-merging.js';

interface PipelineCase extends DiffusionCase {
  readonly scheduler: { readonly class: string };
  readonly steps: number;
  readonly guidance: number;
  readonly strength: number | null;
  readonly reduction?: GoldenReduction | null;
  readonly timesteps: readonly number[];
  readonly outputs: Readonly<Record<string, string>>;
}

const session = { threads: 1 };
const shape = [1, 4, 16, 16];

describe.each(goldenEngines)('on $engine, $device', async (under) => {
  const engine = await openOnDevice(under);

  describe.each(['sd1', 'sd2'] as const)('the pipeline %s', async (name) => {
    const golden = openGolden(name);
    const pipeline = await openPipeline(golden.folder);
    const pictures = await openLatentPictures({
      ...{ pipeline, engine, session },
      image: { height: 64, width: 64 },
    });
    afterAll(async () => {
      await pictures.release();
      pipeline.close();
    });
    const text = (prompt: number) => ({
      states: row(golden.tensor('text.lastHiddenState'), prompt),
      content: contentOf(golden, prompt),
    });
    // Schedulers compute without an engine: one of them is enough where a network takes long.
    const isWanted = ({ kind, scheduler }: PipelineCase): boolean =>
      kind.endsWith('to-image') &&
      (under.engine === 'onnxruntime' || asksForAll || scheduler.class === 'DDIMScheduler');
    const cases = (golden.cases as PipelineCase[]).filter(isWanted);

    it.each(cases.map((item) => [item.name, item] as const))('runs %s as diffusers does', async (_, item) => {
      const { class: className, ...fields } = item.scheduler;
      const scheduler = chooseScheduler({
        where: item.name,
        fields: { ...fields, _class_name: className },
      }).withSteps(item.steps);
      const firstCall = item.strength === null ? 0 : firstStepOf(item.strength, item.steps);
      expect([...scheduler.timesteps].slice(firstCall)).toEqual(item.timesteps);
      const merging =
        item.reduction === undefined || item.reduction === null
          ? null
          : { ...mergingOf(item.reduction), steps: { from: 0 }, refresh: 1 };
      const denoiser = await openDenoiser({
        ...{ pipeline, engine, session, textLength, merging, firstCall },
        latents: { height: 16, width: 16 },
        calls: scheduler.timesteps.length,
      });
      const after: number[] = [];
      const latents = await denoise({
        ...{ denoiser, scheduler, firstCall, guidanceScale: item.guidance },
        prompt: text(1),
        negative: text(0),
        latents: tensorData(await begin(item, firstCall, scheduler), shape),
        noiseAt: (call) =>
          (golden.input('ancestralNoise').data as Float32Array).slice(call * 1024, (call + 1) * 1024),
        onStep: (_call, sample) => after.push(...sample),
      });
      await denoiser.release();
      const steps = tensorData(Float32Array.from(after), [item.timesteps.length, 4, 16, 16]);
      expectClose('latents', steps, golden.tensor(`${item.name}.latents`), item.tolerance);
      if (`${item.name}.image` in item.outputs)
        expectClose('image', await pictures.decode(latents), golden.tensor(`${item.name}.image`), {
          ...item.tolerance,
          atol: 2 * item.tolerance.atol,
        });
    });

    /** Noise, or a noised picture. */
    async function begin(
      item: PipelineCase,
      firstCall: number,
      scheduler: ReturnType<ReturnType<typeof chooseScheduler>['withSteps']>,
    ): Promise<Float32Array> {
      if (item.strength === null)
        return (golden.input('initialNoise').data as Float32Array).map(
          (value) => value * scheduler.initNoiseSigma,
        );
      const noise = golden.input('img2img.vaeNoise').data as Float32Array;
      const start = await pictures.encode(golden.input('vae.image'), noise);
      expectClose('start', start, golden.tensor('img2img.start'), item.tolerance);
      const noised = scheduler.addNoise(
        start.data as Float32Array,
        golden.input('img2img.noise').data as Float32Array,
        firstCall,
      );
      expectClose('noised', tensorData(noised, shape), golden.tensor(`${item.name}.noised`), item.tolerance);
      return noised;
    }
  });
});

function row(
  { data, shape: [rows, ...rest] }: { data: ArrayLike<unknown>; shape: readonly number[] },
  at: number,
): TensorData {
  const width = data.length / rows!;
  return tensorData((data as Float32Array).slice(at * width, (at + 1) * width), [1, ...rest]);
}
