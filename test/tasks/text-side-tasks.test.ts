/** Captioning, question answering and NLVR2 on the tiny BLIPs of the goldens: what is run, kept and scored; not how good it is. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { openEngine, tensorData } from '../../src/engines/index.js';
import { TurboError } from '../../src/errors/turbo-error.js';
import type { ImagePool } from '../../src/images/image-pool.js';
import { seededRandom } from '../../src/random/seeded.js';
import type { CrossModal } from '../../src/reduction/cross-modal.js';
import { parseReduction } from '../../src/reduction/registry.js';
import type { TextMerging } from '../../src/reduction/text-merging.js';
import { runTrial } from '../../src/runner/run-trial.js';
import { openAnswerRanking } from '../../src/tasks/answer-ranking.js';
import { mostSimilar, NOT_MATCHED, openMatcher } from '../../src/tasks/matching-side.js';
import { TaskOptions } from '../../src/tasks/options.js';
import { prepareTask } from '../../src/tasks/prepare.js';
import type { PreparedTask } from '../../src/tasks/task.js';
import { textRows, tokenizerOf } from '../../src/tasks/text-batch.js';
import { type BlipGolden, imageTokens, int64, openGolden, runGraph } from '../models/blip/blip-golden.js';
import { outcomeMeans } from './outcome-means.js';

const engine = await openEngine('onnxruntime');
const caption = await openGolden('caption');
const vqa = await openGolden('vqa');
const nlvr = await openGolden('nlvr');
const retrieval = await openGolden('retrieval');
afterAll(() => {
  for (const { model } of [caption, vqa, nlvr, retrieval]) model.close();
});

const LIMIT = 6;
const settingOf = ({ model }: BlipGolden) => ({
  model,
  engine,
  session: { threads: 1 },
  limit: LIMIT,
  seed: 0,
});

/** Pixels that depend on the file alone, as decoding would give them. */
function pool(bad: (file: string) => boolean = () => false): ImagePool {
  return {
    threads: 0,
    async preprocess(image) {
      const file = (image as { path: string }).path;
      if (bad(file)) throw new TurboError('the file is not a picture');
      const { normal } = seededRandom(file.split('/').at(-1)!);
      return Float32Array.from({ length: 3 * 64 * 64 }, normal);
    },
    close: async () => {},
  };
}

async function prepared(golden: BlipGolden, options: object): Promise<PreparedTask> {
  const task = await prepareTask(TaskOptions.parse(options), settingOf(golden));
  if (task.kind !== 'scored') throw new Error('a measurement');
  return task;
}

/** Runs a task beside its baseline. */
async function run(
  golden: BlipGolden,
  task: PreparedTask,
  {
    batchSize = 3,
    crossModal = null as CrossModal | null,
    textMerging = null as TextMerging | null,
    images = pool(),
  } = {},
) {
  const open = async (reduction: object, cross: CrossModal | null, text: TextMerging | null) => {
    const vision = golden.model.buildVision({ reduction: parseReduction(reduction), outputs: task.outputs });
    return {
      encoder: await engine.createSession(vision.graph, { threads: 1 }),
      textSide: await task.openTextSide!({
        imageTokens: vision.tokensAfterBlock.at(-1)!,
        crossModal: cross,
        textMerging: text,
      }),
    };
  };
  const baseline = await open({ method: 'none' }, null, null);
  const variant = await open({ method: 'turbo', tokensPerLayer: 8, alpha: 1 }, crossModal, textMerging);
  const seen = await runTrial({
    task,
    variant,
    baseline,
    pool: images,
    image: { height: 64, width: 64, channels: 3 },
    tokenMass: null,
    timing: { warmupSeconds: 0, minSeconds: 0, minRuns: 2 },
    batchSize,
    now: () => performance.now(),
  });
  for (const { encoder, textSide } of [baseline, variant]) {
    await encoder.release();
    await textSide.release();
  }
  return seen;
}

describe('captioning', () => {
  const options = {
    task: 'captioning',
    dataset: 'emoji-scenes',
    split: 'val',
    generate: { numBeams: 2, maxLength: 12, minLength: 5 },
  };

  it('writes and scores a caption for every image, the text side timed apart', async () => {
    const seen = await run(caption, await prepared(caption, options));
    expect(seen).toMatchObject({ predictionCount: LIMIT, sampleCount: LIMIT, nonFiniteOutputs: 0 });
    expect(Object.keys(seen.metrics)).toEqual(['bleu1', 'bleu2', 'bleu3', 'bleu4', 'rougeL', 'cider']);
    expect(seen.variantTextMs).toHaveLength(seen.variantMs.length);
    seen.variantTextMs.forEach((ms, round) => {
      expect(ms).toBeLessThan(seen.variantMs[round]!);
    });
    expect(seen.examples.map(({ position }) => position)).toEqual([0, 1, 2, 3, 4, 5]);
    const mean = seen.examples.reduce((sum, { score }) => sum + score, 0) / LIMIT;
    expect(mean).toBeCloseTo(seen.metrics.cider!, 12);
    expect(outcomeMeans(seen.outcomes!)).toEqual({ cider: seen.metrics.cider });
    expect(seen.outcomes!.map(({ said }) => said)).toEqual(seen.examples.map(({ said }) => said));
  });

  it('scores the same whatever the batch size, with a reduction of both modalities', async () => {
    const task = await prepared(caption, options);
    const crossModal = {
      drop: 0.3,
      maxDrop: 0.5,
      score: 'all-queries',
      countPadding: false,
      choose: 'prompt',
    } as const;
    const [one, three] = [
      await run(caption, task, { batchSize: 1, crossModal }),
      await run(caption, task, { crossModal }),
    ];
    expect(one.metrics).toEqual(three.metrics);
  });

  it('says which metrics need a Java that is not there, and scores without them', async () => {
    vi.stubEnv('TURBO_BENCH_JARS', '');
    const task = await prepared(caption, { ...options, metrics: ['meteor', 'spice'] });
    expect(task.metricsNote).toMatch(/METEOR needs jars.*SPICE needs jars/);
    expect(Object.keys((await run(caption, task)).metrics)).not.toContain('meteor');
    vi.unstubAllEnvs();
  });

  it('is refused for a model that writes nothing', async () => {
    await expect(prepared(nlvr, options)).rejects.toThrow('cannot do the task captioning');
  });
});

describe('question answering', () => {
  const options = { task: 'vqa', dataset: 'emoji-vqa', split: 'val' };

  it.each(['generate', 'rank'])('scores answers by type: %s', async (answers) => {
    const task = await prepared(vqa, { ...options, answers, rankTop: 8 });
    const seen = await run(vqa, task);
    expect(seen).toMatchObject({ predictionCount: LIMIT, sampleCount: LIMIT });
    expect(seen.metrics.vqaAccuracy).toBeGreaterThanOrEqual(0);
    for (const name of Object.keys(seen.metrics)) expect(name).toMatch(/^vqaAccuracy(YesNo|Number|Other)?$/);
    for (const { question, expected } of seen.examples)
      expect(`${question} ${expected}`).toMatch(/^\S.*\? \S/);
    const mean = seen.examples.reduce((sum, { score }) => sum + score, 0) / LIMIT;
    expect(mean).toBeCloseTo(seen.metrics.vqaAccuracy!, 12);
    expect(outcomeMeans(seen.outcomes!)).toEqual({ vqaAccuracy: expect.closeTo(mean, 12) });
  });

  it.each([
    ['whole questions', null],
    ['questions with merged tokens', { perLayer: 2, alpha: 1 }],
  ])('gives the same answers whatever the batch size: %s', async (_, textMerging) => {
    const task = await prepared(vqa, options);
    const alone = await run(vqa, task, { batchSize: 1, textMerging });
    expect(alone.metrics).toEqual((await run(vqa, task, { textMerging })).metrics);
    expect(alone.nonFiniteOutputs).toBe(0);
  });

  it.each(
    vqa.cases
      .filter(({ kind, crossModal }) => kind === 'rank' && !crossModal)
      .map((item) => [item.name, item]),
  )('takes the answer that the official code takes in %s', async (name, item) => {
    const { answers } = JSON.parse(readFileSync('test/fixtures/blip/vqa/cases.json', 'utf8'));
    const image = await imageTokens(vqa, engine, item.vision!);
    const ids = int64(vqa.inputs.get('questionIds')!);
    const mask = int64(vqa.inputs.get('questionMask')!);
    const [count, length] = ids.shape as [number, number];
    if (item.lead === 'enc')
      for (let row = 0; row < count; row++) (ids.data as BigInt64Array)[row * length] = BigInt(vqa.ids.enc!);
    const part = { sequenceLength: length, imageTokens: image.shape[1]! };
    const { question_embeds: states } = await runGraph(engine, vqa.model.buildPart('question', part), {
      input_ids: ids,
      attention_mask: mask,
      encoder_hidden_states: image,
    });
    const ranking = await openAnswerRanking({
      ...settingOf(vqa),
      answerList: answers,
      tokenizer: await tokenizerOf(vqa.model),
      top: item.k!,
      length,
    });
    const rows = await ranking.answer(states!, mask, [...Array(count).keys()]);
    await ranking.release();
    const wanted = vqa.tensor(`${name}.answer`).data;
    const answerIds = vqa.inputs.get('answerIds')!;
    const width = answerIds.shape[1]!;
    for (let row = 0; row < count; row++) {
      const golden = [...answerIds.data].slice(
        Number(wanted[row]) * width,
        (Number(wanted[row]) + 1) * width,
      );
      const found = [...rows.data].slice(row * rows.shape[1]!, (row + 1) * rows.shape[1]!);
      expect(found.map(Number)).toEqual(golden.map(Number).slice(0, found.length));
    }
  });
});

describe('NLVR2', () => {
  const layers = 7;
  const options = { task: 'nlvr2', dataset: 'emoji-nlvr', split: 'val' };

  it('judges every pair once', async () => {
    const seen = await run(nlvr, await prepared(nlvr, options));
    expect(seen).toMatchObject({ predictionCount: LIMIT, sampleCount: LIMIT, timedBatchSize: 6 });
    expect(Object.keys(seen.metrics)).toEqual(['nlvrAccuracy', 'nlvrConsistency']);
    expect(outcomeMeans(seen.outcomes!)).toEqual({ nlvrAccuracy: seen.metrics.nlvrAccuracy });
  });

  it('judges the same whatever the batch size, with merged words and image tokens let go', async () => {
    const task = await prepared(nlvr, options);
    const crossModal = { drop: 0.3, maxDrop: 0.5, score: 'all-queries', choose: 'prompt' } as const;
    const reduced = {
      textMerging: { perLayer: 2, alpha: 1 },
      crossModal: { ...crossModal, countPadding: false },
    };
    const alone = await run(nlvr, task, { batchSize: 1, ...reduced });
    expect(alone).toMatchObject({ predictionCount: LIMIT, nonFiniteOutputs: 0 });
    expect(alone.metrics).toEqual((await run(nlvr, task, reduced)).metrics);
  });

  it('gives up words in every layer of its text encoder', () => {
    const part = { sequenceLength: 12, imageTokens: 17, outputs: ['text_last_hidden_state'] };
    const lengthOf = (textMerging: TextMerging | null): unknown =>
      nlvr.model.buildPart('pair', { ...part, textMerging }).outputs.text_last_hidden_state!.shape[1];
    expect(lengthOf(null)).toBe(12);
    expect(lengthOf({ perLayer: 1, alpha: 1 })).toBe(12 - layers);
  });

  it('leaves a pair out when one of its images cannot be read', async () => {
    const task = await prepared(nlvr, options);
    const broken = (task.samples[1]!.image as { path: string }).path;
    const touched = new Set(
      task.samples.flatMap(({ image }, at) =>
        (image as { path: string }).path === broken ? [Math.floor(at / 2)] : [],
      ),
    );
    const seen = await run(nlvr, task, { batchSize: 1, images: pool((file) => file === broken) });
    expect(seen.sampleCount).toBe(LIMIT - touched.size);
    expect(seen.predictionCount).toBe(seen.sampleCount);
  });
});

describe('retrieval with re-ranking', () => {
  const twoStage = retrieval.cases.filter(
    ({ kind, name }) => kind === 'two-stage-retrieval' && !name.includes('cross'),
  );

  it.each(twoStage.map(({ name, vision, k }) => [name, vision!, k!] as const))(
    'scores the pairs that the official evaluation scores in %s',
    async (name, vision, k) => {
      const image = await imageTokens(retrieval, engine, vision);
      const [images, tokens] = image.shape as [number, number];
      const { texts: words } = JSON.parse(readFileSync('test/fixtures/blip/retrieval/cases.json', 'utf8'));
      const texts = textRows(words, await tokenizerOf(retrieval.model), 35, retrieval.ids.enc!);
      const matcher = await openMatcher({
        ...settingOf(retrieval),
        texts,
        imageTokens: tokens,
        crossModal: null,
        textMerging: null,
      });
      const similarity = retrieval.tensor(`itc.${vision.replace('vision.', '')}.similarity`);
      const count = similarity.shape[1]!;
      const size = image.data.length / images;
      const golden = retrieval.tensor(`${name}.imageToText`).data;
      for (let row = 0; row < images; row++) {
        const own = (similarity.data as Float32Array).subarray(row * count, (row + 1) * count);
        const near = mostSimilar(own, k);
        const states = (image.data as Float32Array).subarray(row * size, (row + 1) * size);
        const logits = await matcher.match(
          near.map(() => states),
          near,
        );
        const scores = new Float32Array(count).fill(NOT_MATCHED);
        near.forEach((text, at) => {
          scores[text] = logits[at]! + own[text]!;
        });
        for (let text = 0; text < count; text++)
          expect(Math.abs(scores[text]! - Number(golden[row * count + text]))).toBeLessThan(1e-3);
      }
      await matcher.release();
    },
  );

  it('ranks in both directions, the second when all images are there', async () => {
    const task = await prepared(retrieval, {
      task: 'retrieval',
      dataset: 'emoji-scenes',
      split: 'val',
      rerank: 4,
    });
    const seen = await run(retrieval, task);
    expect(seen).toMatchObject({ predictionCount: LIMIT, sampleCount: LIMIT });
    expect(seen.metrics.recallAt10ImageToText).toBeGreaterThanOrEqual(seen.metrics.recallAt1ImageToText!);
    expect(seen.metrics.meanRecall).toBeGreaterThan(0);
    expect(outcomeMeans(seen.outcomes!).meanRecall).toBeCloseTo(seen.metrics.meanRecall!, 12);
    const single = await run(retrieval, task, { batchSize: 1 });
    expect(single.metrics).toEqual(seen.metrics);
  });
});

describe('agreement', () => {
  const agreementOf = async (golden: BlipGolden, dataset: string, reduction: object) => {
    const options = TaskOptions.parse({ task: 'agreement', dataset, split: 'val', images: LIMIT });
    const task = await prepareTask(options, settingOf(golden));
    if (task.kind !== 'measurement') throw new Error('not a measurement');
    return task.measure(pool(), 1, () => {}, parseReduction(reduction));
  };

  it.each([
    ['captioning', caption, 'emoji-scenes'],
    ['question answering', vqa, 'emoji-vqa'],
    ['retrieval', retrieval, 'emoji-scenes'],
  ] as const)('is whole without a reduction and less with one: %s', async (_, golden, dataset) => {
    const same = await agreementOf(golden, dataset, { method: 'none' });
    expect(same.metrics.agreement).toBeCloseTo(1, 6);
    expect(same.sampleCount).toBe(LIMIT);
    const turbo = { method: 'turbo', tokensPerLayer: 6, alpha: 1 };
    const merged = (await agreementOf(golden, dataset, turbo)).metrics.agreement!;
    expect(merged).toBeLessThan(1);
    expect(merged).toBeGreaterThan(0);
    const dropped = await agreementOf(golden, dataset, { ...turbo, crossModal: { drop: 0.3, maxDrop: 0.8 } });
    expect(dropped.metrics.agreement).toBeLessThan(merged);
  });

  it('is refused for a method that drops tokens, and for a model without text beside the image', async () => {
    const pruning = { method: 'pruning', tokensPerLayer: 4 };
    await expect(agreementOf(caption, 'emoji-scenes', pruning)).rejects.toThrow('this method drops them');
    await expect(agreementOf(nlvr, 'emoji-scenes', { method: 'none' })).rejects.toThrow(
      'read text and image',
    );
  });

  it('adds up to one for every layer, head and token of the text', async () => {
    const ids = int64(retrieval.inputs.get('textIds')!);
    const mask = int64(retrieval.inputs.get('textMask')!);
    const image = await imageTokens(retrieval, engine, 'vision.turbo');
    const [texts, length] = ids.shape as [number, number];
    const images = image.shape[0]!;
    const crossModal = {
      drop: 0.2,
      maxDrop: 0.8,
      score: 'all-queries',
      countPadding: false,
      choose: 'prompt',
    } as const;
    for (const how of [null, crossModal]) {
      const graph = retrieval.model.buildPart('match', {
        ...{ sequenceLength: length, imageTokens: image.shape[1]!, crossModal: how },
        ...{ sumsAttention: true, outputs: ['image_mass'] },
      });
      const { image_mass: mass } = await runGraph(engine, graph, {
        input_ids: tensorData((ids.data as BigInt64Array).slice(0, images * length), [images, length]),
        attention_mask: tensorData((mask.data as BigInt64Array).slice(0, images * length), [images, length]),
        encoder_hidden_states: image,
      });
      const tokens = [...mask.data]
        .slice(0, images * length)
        .reduce<number>((sum, one) => sum + Number(one), 0);
      const total = [...(mass!.data as Float32Array)].reduce((sum, value) => sum + value, 0);
      expect(texts).toBeGreaterThan(images);
      expect(total).toBeCloseTo(3 * 2 * tokens, 2);
    }
  });
});
