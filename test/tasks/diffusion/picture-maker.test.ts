/** Texts and starts of the maker against diffusers; whole runs are held to it in `test/models/stable-diffusion`. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gaussianNoise } from '../../../src/diffusion/noise.js';
import { openEngine } from '../../../src/engines/index.js';
import { openPipeline } from '../../../src/models/stable-diffusion/open-pipeline.js';
import { TextToImageOptions } from '../../../src/tasks/diffusion/options.js';
import { openPictureMaker } from '../../../src/tasks/diffusion/picture-maker.js';
import { preparePictureTask } from '../../../src/tasks/diffusion/prepare.js';
import { promptRows } from '../../../src/tasks/diffusion/prompt-rows.js';
import { expectClose, openGolden } from '../../models/stable-diffusion/diffusion-golden.js';

const engine = await openEngine('onnxruntime');

async function makerOf(folder: string, changes: object = {}) {
  const pipeline = await openPipeline(folder);
  const options = TextToImageOptions.parse({
    task: 'text-to-image',
    prompts: 'emoji-prompts',
    pictures: 3,
    steps: 2,
    ...changes,
  });
  const task = await preparePictureTask(options, {
    pipeline,
    engine,
    session: { threads: 1 },
    limit: null,
    seed: 11,
  });
  return { task, maker: await openPictureMaker(task) };
}

describe.each(['sd1', 'sd2'] as const)('the texts of %s', (name) => {
  it('are the states that diffusers reads, negative prompt included', async () => {
    const golden = openGolden(name);
    const item = golden.cases.find(({ kind }) => kind === 'text-encoder') as unknown as {
      readonly texts: readonly string[];
    };
    const file = join(mkdtempSync(join(tmpdir(), 'texts-')), 'texts.txt');
    const [negative, prompt] = item.texts;
    writeFileSync(file, `${prompt}\n`);
    const { maker } = await makerOf(golden.folder, { prompts: file, negativePrompt: negative, pictures: 2 });
    const texts = await maker.encodeTexts(await maker.load([0, 1]));
    const states = golden.tensor('text.lastHiddenState');
    const [, tokens, width] = states.shape as [number, number, number];
    const each = tokens * width;
    const rows = (row: number) => {
      const one = (states.data as Float32Array).slice(row * each, (row + 1) * each);
      return {
        dtype: 'float32' as const,
        shape: [2, tokens, width],
        data: Float32Array.from([...one, ...one]),
      };
    };
    const tolerance = { atol: 2e-5, rtol: 1e-4 };
    expectClose('negative', texts.negative.states, rows(0), tolerance);
    expectClose('prompt', texts.prompt.states, rows(1), tolerance);
    await maker.release();
  });
});

describe('what a picture starts from', () => {
  it('is noise of its own stream at the scale of the scheduler, whatever the batch', async () => {
    const { task, maker } = await makerOf('test/fixtures/diffusion/sd1', { scheduler: 'euler' });
    const { data, shape } = await maker.start(await maker.load([2, 0]));
    const each = data.length / 2;
    expect(shape).toEqual([2, 4, 16, 16]);
    expect(task.scheduler.initNoiseSigma).toBeGreaterThan(1);
    const expected = [2, 0].flatMap((picture) => [
      ...gaussianNoise({ seed: 11, purpose: 'initial-latents', picture }, each).map(
        (value) => value * task.scheduler.initNoiseSigma,
      ),
    ]);
    expect([...(data as Float32Array)]).toEqual(expected);
    await maker.release();
  });
});

describe('a pipeline without a tokenizer', () => {
  it('gets an id for every word, and is told what does not fit', async () => {
    const pipeline = await openPipeline('random:sd-1.5');
    const long = Array.from({ length: 80 }, (_, word) => `word${word}`).join(' ');
    const rows = await promptRows(pipeline, ['a red fox', long, 'a red fox', '']);
    expect([rows.length, rows.rowOf.size]).toEqual([77, 3]);
    const sums = [0, 1, 2].map((row) =>
      rows.content.slice(row * 77, (row + 1) * 77).reduce((sum, one) => sum + one, 0),
    );
    expect(sums).toEqual([3, 75, 0]);
    expect(rows.notices).toEqual([
      expect.stringMatching(
        /^prompt 2 is longer than the 77 tokens.*last 5 were left out \(“word75 .*word79”\)$/,
      ),
    ]);
    pipeline.close();
  });
});
