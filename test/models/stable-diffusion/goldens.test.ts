/** The networks of two tiny pipelines against diffusers, without merging; `test/fixtures/diffusion/README.md` tells how the values came about. */
import { afterAll, describe, it } from 'vitest';
import { tensorData } from '../../../src/engines/index.js';
import { openPipeline } from '../../../src/models/stable-diffusion/open-pipeline.js';
import { expectClose, int64, openGolden } from './diffusion-golden.js';
import { runOnce } from './run-once.js';

describe.each(['sd1', 'sd2'] as const)('the pipeline %s computes what diffusers computes', async (name) => {
  const golden = openGolden(name);
  const pipeline = await openPipeline(golden.folder);
  afterAll(() => pipeline.close());

  it('in its U-Net', async () => {
    const unet = await pipeline.unet();
    const graph = unet.graph({ height: 16, width: 16, textLength: 16, reducer: null });
    const step = Number(golden.input('unet.timestep').data[0]);
    const { out_sample: out } = await runOnce(graph, {
      sample: golden.input('unet.sample'),
      timestep: tensorData(Float32Array.of(step, step), [2]),
      encoder_hidden_states: golden.input('unet.embedding'),
    });
    expectClose('out_sample', out, golden.tensor('unet.none'), golden.find('unet.none').tolerance);
  });

  it('in its autoencoder, both ways', async () => {
    const { tolerance } = golden.find('vae');
    const vae = await pipeline.vae();
    const encoded = await runOnce(vae.encoderGraph({ height: 64, width: 64 }), {
      pixel_values: golden.input('vae.image'),
    });
    expectClose('mean', encoded.mean, golden.tensor('vae.mean'), tolerance);
    expectClose('logvar', encoded.logvar, golden.tensor('vae.logvar'), tolerance);
    const decoded = await runOnce(vae.decoderGraph({ height: 16, width: 16 }), {
      latents: golden.input('vae.latent'),
    });
    expectClose('images', decoded.images, golden.tensor('vae.decoded'), tolerance);
  });

  it('in its text encoder, with the last layer and without', async () => {
    const { tolerance } = golden.find('text');
    const encoder = await pipeline.textEncoder();
    const ids = int64(golden.input('promptIds'));
    const whole = await runOnce(encoder.graph({ sequenceLength: 16, clipSkip: 0 }), { input_ids: ids });
    expectClose('states', whole.last_hidden_state, golden.tensor('text.lastHiddenState'), tolerance);
    expectClose('pooled', whole.pooler_output, golden.tensor('text.pooled'), tolerance);
    const skipped = await runOnce(encoder.graph({ sequenceLength: 16, clipSkip: 1 }), { input_ids: ids });
    expectClose('states', skipped.last_hidden_state, golden.tensor('text.clipSkip1'), tolerance);
  });
});
