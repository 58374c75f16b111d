import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectPipeline } from '../../src/models/stable-diffusion/inspect-pipeline.js';
import { openPipeline } from '../../src/models/stable-diffusion/open-pipeline.js';
import { planSmall, SMALL_MODEL } from './small-plan.js';

const PIPELINE = './test/fixtures/diffusion/sd1';
const TASK = { task: 'text-to-image', prompts: 'emoji-prompts', pictures: 6, steps: 4, scheduler: 'ddim' };
const planWith = (task: object = {}, changes: object = {}) =>
  planSmall({ models: [PIPELINE], tasks: [{ ...TASK, ...task }], reduction: [], ...changes });
const flopsWith = async (task: object) => (await planWith(task)).trials[0]!.flopsPerSample;
const notesWith = async (reduction: object) =>
  (await planWith({ prompts: promptFile('a fox') }, { reduction: [reduction] })).trials.at(-1)!.notes;

function promptFile(...prompts: string[]): string {
  const file = join(mkdtempSync(join(tmpdir(), 'prompts-')), 'prompts.txt');
  writeFileSync(file, prompts.join('\n'));
  return file;
}

/** The pipeline with other values of its scheduler. */
function pipelineWith(scheduler: object): string {
  const folder = mkdtempSync(join(tmpdir(), 'pipeline-'));
  cpSync(PIPELINE, folder, { recursive: true });
  const file = join(folder, 'scheduler/scheduler_config.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...scheduler }));
  return folder;
}

describe('a plan of pictures', async () => {
  const { unet, vaeDecoder, vaeEncoder, textEncoder } = await inspectPipeline(await openPipeline(PIPELINE));

  it('counts the calls of the U-Net, twice for guidance, the texts and the autoencoder', async () => {
    expect(await flopsWith({})).toBe(vaeDecoder!.flops + 2 * (4 * unet!.flops + textEncoder!.flops));
    expect(await flopsWith({ guidanceScale: 1 })).toBe(
      vaeDecoder!.flops + 4 * unet!.flops + textEncoder!.flops,
    );
    // PNDM calls the network once more than it has steps.
    expect((await flopsWith({ scheduler: 'pndm' })) - (await flopsWith({}))).toBe(2 * unet!.flops);
    const { prompts: _, ...task } = TASK;
    const fromPictures = { ...task, task: 'image-to-image', dataset: 'emoji-scenes', strength: 0.5 };
    const { trials } = await planSmall({ models: [PIPELINE], tasks: [fromPictures], reduction: [] });
    expect(trials[0]!.flopsPerSample).toBe(
      vaeEncoder!.flops + vaeDecoder!.flops + 2 * (2 * unet!.flops + textEncoder!.flops),
    );
  });

  it('takes the graph that stands at each step where the share changes or merging begins late', async () => {
    const ratios = [0.5, { first: 0.5, last: 0, stages: 2 }];
    const { trials } = await planWith(
      {},
      {
        reduction: [
          { method: 'tomesd', ratio: ratios },
          { method: 'tomesd', ratio: 0.5, steps: { from: 2 } },
        ],
      },
    );
    const [none, whole, fading, late] = trials.map(({ flopsPerSample }) => flopsPerSample);
    expect(fading! - whole!).toBe((none! - whole!) / 2);
    expect(late).toBe(fading);
    expect(trials[1]!.flopRatio).toBe(none! / whole!);
    expect(trials[1]!.samples).toBe(6);
    expect(trials[1]!.estimate.memoryBytes).toBeGreaterThan(trials[0]!.estimate.memoryBytes);
  });

  it('tells which prompts are cut, and that of a cell three quarters are sources', async () => {
    const file = promptFile('a fox', Array(40).fill('fox').join(' '));
    const { trials } = await planWith({ prompts: file });
    expect(trials[0]!.notes).toEqual([
      expect.stringMatching(
        /^prompt 2 is longer than the 16 tokens of the text encoder: its last \d+ were left out/,
      ),
    ]);
    expect(await notesWith({ method: 'tomesd', ratio: 0.74 })).toEqual([]);
    expect(await notesWith({ method: 'tomesd', ratio: 0.8 })).toEqual([
      expect.stringContaining(
        'of every cell of 2 × 2 tokens one receives the others, so only 75 % of the tokens are sources',
      ),
    ]);
    expect(await notesWith({ method: 'tomesd', ratio: 0.8, strideX: 4 })).toEqual([]);
    expect(await notesWith({ method: 'turbo', ratio: 0.5, partition: 'alternating' })).toEqual([
      expect.stringContaining('only 50 % of the tokens are sources'),
    ]);
  });

  it('has other fingerprints with another prompt, judge, reference and seed', async () => {
    const [one, two] = [promptFile('a fox'), promptFile('a cat')];
    const scored = { scoreWith: './models/emoji-clip' };
    const distribution = { reference: 'emoji-objects', limit: 4 };
    const prints = await Promise.all([
      planWith({ prompts: one }),
      planWith({ prompts: two }),
      planWith({ prompts: one, ...scored }),
      planWith({ prompts: one, ...scored, distribution }),
      planWith({ prompts: one, ...scored, distribution: { ...distribution, limit: 5 } }),
      planWith({ prompts: one }, { seed: 1 }),
      planWith({ prompts: one }, { models: [pipelineWith({ timestep_spacing: 'trailing' })] }),
    ]);
    expect(new Set(prints.map(({ trials }) => trials[0]!.fingerprint)).size).toBe(7);
  });

  it('has another fingerprint when the judge prepares pictures or reads texts otherwise', async () => {
    const prompts = promptFile('a fox');
    const printWith = async (scoreWith: string) =>
      (await planWith({ prompts, scoreWith })).trials[0]!.fingerprint;
    const judge = mkdtempSync(join(tmpdir(), 'judge-'));
    cpSync('./models/emoji-clip', judge, { recursive: true });
    const seen = [await printWith(judge)];
    for (const [name, change] of [
      ['preprocessor_config.json', { image_mean: [0, 0, 0] }],
      ['preprocessor_config.json', { resample: 2 }],
      ['tokenizer.json', { truncation: null, more: 1 }],
    ] as const) {
      const file = join(judge, name);
      writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...change }));
      seen.push(await printWith(judge));
    }
    expect(new Set(seen).size).toBe(4);
    expect(await printWith(judge)).toBe(seen.at(-1));
  });
});

describe('an experiment whose parts do not fit each other', () => {
  const clip = './models/emoji-clip';

  it.each([
    [
      'a task of encoders on a pipeline',
      { models: [PIPELINE], tasks: [{ task: 'throughput' }] },
      /pipeline cannot do this task[\s\S]*tasks\[0\] \(throughput\)[\s\S]*"sd1"/,
    ],
    [
      'pictures of an encoder',
      { models: [clip], tasks: [TASK] },
      /made by diffusion pipelines[\s\S]*tasks\[0\] \(text-to-image\)[\s\S]*"emoji-clip"[\s\S]*`models:`/,
    ],
    [
      'the second of two tasks',
      { models: [clip], tasks: [{ task: 'throughput' }, TASK] },
      /tasks\[1\] \(text-to-image\)/,
    ],
    [
      'a reduction of encoders on a pipeline',
      {
        models: [PIPELINE],
        tasks: [TASK],
        reduction: [
          { method: 'tomesd', ratio: 0.5 },
          { method: ['turbo', 'tome'], tokensPerLayer: 2 },
        ],
      },
      /for encoders, and this model is a diffusion pipeline[\s\S]*reduction\[1\] \(turbo\)[\s\S]*"sd1"/,
    ],
    [
      'a reduction of pipelines on an encoder',
      { tasks: [{ task: 'throughput' }], reduction: [{ method: 'turbo', ratio: 0.5 }] },
      /for diffusion networks, and this model is an encoder[\s\S]*reduction\[0\] \(turbo\)[\s\S]*"vit"/,
    ],
    [
      'a size that the autoencoder does not divide',
      { models: [{ model: PIPELINE, imageSize: 66 }], tasks: [TASK] },
      /does not divide this size[\s\S]*multiples of \d pixels/,
    ],
    ['a part of a pipeline', { models: [`${PIPELINE}/unet`], tasks: [TASK] }, /need a whole pipeline/],
    [
      'more steps than there are',
      { models: [PIPELINE], tasks: [{ ...TASK, steps: 1000, scheduler: { class: 'ddim', stepsOffset: 1 } }] },
      /steps/,
    ],
    [
      'a judge that is not there',
      { models: [PIPELINE], tasks: [{ ...TASK, scoreWith: './models/emoji-clap' }] },
      /emoji-cl/,
    ],
    [
      'an empty file of prompts',
      { models: [PIPELINE], tasks: [{ ...TASK, prompts: promptFile('') }] },
      /is empty[\s\S]*prompts\.txt:1/,
    ],
  ])('is refused before anything runs: %s', async (_, changes, message) => {
    await expect(planSmall({ reduction: [], ...changes })).rejects.toThrow(message);
  });

  it('is missed when it is not there', async () => {
    const missing = planWith({}, { models: ['./not/there'] });
    await expect(missing).rejects.toThrow(/no model at this path[\s\S]*not\/there/);
  });

  it('goes with the entries told apart by model', async () => {
    const { trials } = await planSmall({
      models: [`./${SMALL_MODEL}`, PIPELINE],
      tasks: [
        { task: 'throughput', models: ['vit'] },
        { ...TASK, models: ['sd1'] },
      ],
      reduction: [
        { method: 'turbo', tokensPerLayer: 2, models: ['vit'] },
        { method: 'turbo', ratio: 0.5, models: ['sd1'] },
      ],
    });
    expect(trials.map(({ label }) => label)).toEqual([
      'vit throughput none',
      'vit throughput turbo tokensPerLayer=2',
      'sd1 text-to-image emoji-prompts none',
      'sd1 text-to-image emoji-prompts turbo ratio=0.5',
    ]);
  });
});
