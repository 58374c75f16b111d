/** Captioning, question answering, NLVR2 and re-ranking on the tiny BLIPs of the goldens: what is run, kept and scored; not how good it is. */
import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import type { TextMerging } from '../../src/reduction/text-merging.js';
import { openAnswerRanking } from '../../src/tasks/answer-ranking.js';
import { mostSimilar, NOT_MATCHED, openMatcher } from '../../src/tasks/matching-side.js';
import { TaskOptions } from '../../src/tasks/options.js';
import { dataOf } from '../../src/tasks/prepare.js';
import { textRows, tokenizerOf } from '../../src/tasks/text-batch.js';
import { imageTokens, int64, openGoldens, runGraph } from '../models/blip/blip-golden.js';
import { outcomeMeans } from './outcome-means.js';
import { engine, LIMIT, pool, prepared, run, settingOf } from './text-side-run.js';

const { caption, vqa, nlvr, retrieval } = await openGoldens();

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
    // Such a result is not kept once they are there.
    const digestOf = async (metrics: string[]) =>
      (await dataOf(TaskOptions.parse({ ...options, metrics }), { limit: LIMIT, seed: 0 }))!.digest;
    expect(await digestOf(['meteor', 'spice'])).not.toBe(await digestOf([]));
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
