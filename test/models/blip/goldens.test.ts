/** The BLIP goldens (transformers and the official network in float64) on every engine: everything but generated text. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type TensorData, tensorData } from '../../../src/engines/index.js';
import { goldenEngines, openOnDevice } from '../../engines/engines-under-test.js';
import {
  type BlipCase,
  type BlipGolden,
  crossModalOf,
  expectClose,
  imageTokens,
  imageTower,
  int64,
  led,
  openGoldens,
  questionStates,
  reductionOf,
  runEach,
  runGraph,
} from './blip-golden.js';

const { caption, vqa, nlvr, retrieval } = await openGoldens();

const ofKind = ({ cases }: BlipGolden, kind: string): [string, BlipCase][] =>
  cases.filter((candidate) => candidate.kind === kind).map((candidate) => [candidate.name, candidate]);

/** Rows of a tensor, each as often and in the order given. */
function rows({ data, shape }: TensorData, picks: readonly number[]): TensorData {
  const width = data.length / shape[0]!;
  const result = new (data.constructor as Float32ArrayConstructor)(picks.length * width);
  picks.forEach((pick, at) => {
    result.set((data as Float32Array).subarray(pick * width, (pick + 1) * width), at * width);
  });
  return tensorData(result, [picks.length, ...shape.slice(1)]);
}

describe.each(goldenEngines)('on $engine, $device', async (under) => {
  const engine = await openOnDevice(under);

  describe.each([
    ['caption', caption],
    ['vqa', vqa],
    ['retrieval', retrieval],
  ] as const)('the image encoder of %s', (_, golden) => {
    it.each(ofKind(golden, 'vision'))('gives the tokens and sizes of %s', async (name, item) => {
      const found = await imageTower(golden, engine, item);
      expectClose(name, found.last_hidden_state!, golden.tensor(`${name}.hidden`));
      expect([...found.token_sizes!.data]).toEqual([...golden.tensor(`${name}.size`).data]);
    });
  });

  describe('the decoder of captions', () => {
    it.each(ofKind(caption, 'next-token-logits'))('gives the logits of %s', async (name, item) => {
      const prefix = int64(caption.inputs.get('prefix')!);
      const image = await imageTokens(caption, engine, item.vision!);
      const graph = caption.model.buildPart('decoder', {
        sequenceLength: prefix.shape[1]!,
        imageTokens: image.shape[1]!,
        crossModal: crossModalOf(item),
        outputs: ['logits'],
      });
      const found = await runGraph(engine, graph, {
        decoder_input_ids: prefix,
        encoder_hidden_states: image,
      });
      expectClose(name, found.logits!, caption.tensor(Object.keys(item.outputs)[0]!));
    });
  });

  describe('question answering', () => {
    it.each(ofKind(vqa, 'question-states'))('gives the states of %s', async (name, item) => {
      const states = await questionStates(vqa, engine, item);
      expectClose(name, states, vqa.tensor(Object.keys(item.outputs)[0]!));
    });

    it.each(ofKind(vqa, 'rank'))('gives the likelihood of every answer in %s', async (name, item) => {
      const states = await questionStates(vqa, engine, item);
      const answers = int64(vqa.inputs.get('answerIds')!);
      const answerMask = vqa.inputs.get('answerMask')!.data;
      const [answerCount, length] = answers.shape as [number, number];
      const graph = vqa.model.buildPart('decoder', {
        sequenceLength: length,
        imageTokens: states.shape[1]!,
        imageMask: true,
        outputs: ['logits'],
      });
      const wanted = vqa.tensor(`${name}.logLikelihood`);
      const questions = Array.from({ length: states.shape[0]! }, (_, question) => {
        const picks = new Array<number>(answerCount).fill(question);
        return {
          decoder_input_ids: answers,
          encoder_hidden_states: rows(states, picks),
          encoder_attention_mask: rows(int64(vqa.inputs.get('questionMask')!), picks),
        };
      });
      for (const [question, { logits }] of (await runEach(engine, graph, questions)).entries()) {
        const likelihood = new Float32Array(answerCount);
        const vocabulary = logits!.shape[2]!;
        for (let answer = 0; answer < answerCount; answer++)
          for (let at = 1; at < length && Number(answerMask[answer * length + at]) === 1; at++) {
            const start = (answer * length + at - 1) * vocabulary;
            const row = (logits!.data as Float32Array).subarray(start, start + vocabulary);
            const most = Math.max(...row);
            const total = row.reduce((sum, logit) => sum + Math.exp(logit - most), 0);
            likelihood[answer]! += row[Number(answers.data[answer * length + at])]! - most - Math.log(total);
          }
        const golden = (wanted.data as Float32Array).subarray(
          question * answerCount,
          (question + 1) * answerCount,
        );
        expectClose(name, tensorData(likelihood, [answerCount]), {
          dtype: 'float32',
          shape: [answerCount],
          data: golden,
        });
      }
    });
  });

  describe('retrieval', () => {
    it('gives the text features', async () => {
      const ids = int64(retrieval.inputs.get('textIds')!);
      const graph = retrieval.model.buildText({ sequenceLength: ids.shape[1]!, outputs: ['text_embeds'] });
      const found = await runGraph(engine, graph, {
        input_ids: ids,
        attention_mask: int64(retrieval.inputs.get('textMask')!),
      });
      expectClose('itc.text', found.text_embeds!, retrieval.tensor('itc.textFeatures'));
    });

    it.each(ofKind(retrieval, 'itc').filter(([, { vision }]) => vision))(
      'gives the image features of %s',
      async (name, item) => {
        const vision = retrieval.cases.find((candidate) => candidate.name === item.vision)!;
        const { graph } = retrieval.model.buildVision({
          reduction: reductionOf(vision),
          outputs: ['image_embeds'],
        });
        const found = await runGraph(engine, graph, { pixel_values: retrieval.pixels });
        expectClose(name, found.image_embeds!, retrieval.tensor(`${name}.imageFeatures`));
      },
    );

    it.each(ofKind(retrieval, 'itm'))('gives the matching logits of %s', async (name, item) => {
      const ids = led(retrieval, 'textIds', item.lead);
      const [texts, length] = ids.shape as [number, number];
      const image = await imageTokens(retrieval, engine, item.vision!);
      const graph = retrieval.model.buildPart('match', {
        sequenceLength: length,
        imageTokens: image.shape[1]!,
        crossModal: crossModalOf(item),
        outputs: ['itm_score'],
      });
      const pictures = Array.from({ length: image.shape[0]! }, (_, picture) => ({
        input_ids: ids,
        attention_mask: int64(retrieval.inputs.get('textMask')!),
        encoder_hidden_states: rows(image, new Array<number>(texts).fill(picture)),
      }));
      const found = await runEach(engine, graph, pictures);
      const scores = found.flatMap(({ itm_score }) => [...(itm_score!.data as Float32Array)]);
      const all = tensorData(Float32Array.from(scores), [image.shape[0]!, texts, 2]);
      expectClose(name, all, retrieval.tensor(`${name}.logits`));
    });
  });

  describe('statements about two images', () => {
    let pairs: number;
    beforeAll(() => {
      pairs = nlvr.pixels.shape[0]! / 2;
    });

    it.each(ofKind(nlvr, 'nlvr'))('gives the logits of %s', async (name, item) => {
      const image = (await imageTower(nlvr, engine, item)).last_hidden_state!;
      const ids = led(nlvr, 'textIds', 'enc');
      const graph = nlvr.model.buildPart('pair', {
        sequenceLength: ids.shape[1]!,
        imageTokens: image.shape[1]!,
        crossModal: crossModalOf(item),
        outputs: ['logits'],
      });
      const order = [...Array(pairs).keys()];
      const found = await runGraph(engine, graph, {
        input_ids: ids,
        attention_mask: int64(nlvr.inputs.get('textMask')!),
        encoder_hidden_states: rows(image, order),
        encoder_hidden_states_2: rows(
          image,
          order.map((pair) => pair + pairs),
        ),
      });
      const output = Object.keys(item.outputs).find((key) => key.startsWith('logits.'))!;
      expectClose(name, found.logits!, nlvr.tensor(output));
    });
  });
});
