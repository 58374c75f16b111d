/**
 * The parts of two tiny pipelines against diffusers, without merging, through the library's way in;
 * `test/fixtures/diffusion/README.md` tells how the values came about.
 */
import path from 'node:path';
import { afterAll, describe, it } from 'vitest';
import { readTensors } from '../../../src/checkpoints/tensors.js';
import { loadPipeline, type TensorData } from '../../../src/index.js';
import { goldenEngines } from '../../engines/engines-under-test.js';
import { expectClose, int64, openGolden } from './diffusion-golden.js';

const runs = (['sd1', 'sd2'] as const).flatMap((name) => goldenEngines.map((under) => ({ name, ...under })));

describe.each(runs)(
  'the pipeline $name computes what diffusers computes on $engine, $device',
  async (under) => {
    const { name, engine, device } = under;
    const options = { engine, session: { device } };
    const golden = openGolden(name);
    const pipeline = await loadPipeline(golden.folder, options);
    afterAll(() => pipeline.close());

    it('in its U-Net', async () => {
      const { out_sample: out } = await pipeline.run({
        sample: golden.input('unet.sample'),
        timestep: golden.input('unet.timestep'),
        encoder_hidden_states: golden.input('unet.embedding'),
      });
      expectClose('out_sample', out, golden.tensor('unet.none'), golden.find('unet.none').tolerance);
    });

    it('in its U-Net, on sides that are odd on every level, with a fractional step for each sample', async () => {
      const odd = readTensors(path.resolve('test/fixtures/diffusion/odd-size.safetensors'));
      const inputs = ['sample', 'timestep', 'encoder_hidden_states'];
      const { out_sample: out } = await pipeline.run(
        Object.fromEntries(inputs.map((input) => [input, odd.get(input) as TensorData])),
      );
      expectClose('out_sample', out, odd.get(`${name}.out_sample`)!, golden.find('unet.none').tolerance);
    });

    it('in its autoencoder, both ways', async () => {
      const { tolerance } = golden.find('vae');
      const { mean, logvar } = await pipeline.run({ init_image: golden.input('vae.image') });
      expectClose('mean', mean, golden.tensor('vae.mean'), tolerance);
      expectClose('logvar', logvar, golden.tensor('vae.logvar'), tolerance);
      const { images } = await pipeline.run({ latents: golden.input('vae.latent') });
      expectClose('images', images, golden.tensor('vae.decoded'), tolerance);
    });

    it('in its text encoder', async () => {
      const { tolerance } = golden.find('text');
      const outputs = await pipeline.run({ input_ids: int64(golden.input('promptIds')) });
      expectClose('states', outputs.last_hidden_state, golden.tensor('text.lastHiddenState'), tolerance);
      expectClose('pooled', outputs.pooler_output, golden.tensor('text.pooled'), tolerance);
    });

    it('in its text encoder without the last layer', async () => {
      const skipping = await loadPipeline(path.join(golden.folder, 'text_encoder'), {
        ...options,
        clipSkip: 1,
      });
      const outputs = await skipping.run({ input_ids: int64(golden.input('promptIds')) });
      const { tolerance } = golden.find('text');
      expectClose('states', outputs.last_hidden_state, golden.tensor('text.clipSkip1'), tolerance);
      await skipping.close();
    });
  },
);
