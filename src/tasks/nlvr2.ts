/**
 * NLVR2: is a statement about two images true?
 *
 * Source: `train_nlvr.py` of github.com/salesforce/BLIP; Suhr et al., ACL 2019.
 */
import type { Dataset, ImagePairDataset } from '../datasets/dataset.js';
import { ofKind } from '../datasets/open-dataset.js';
import { pickRows } from '../engines/index.js';
import { nlvrScores, statementOf } from '../metrics/nlvr.js';
import type { Model } from '../models/model.js';
import type { Tokenizer } from '../text/tokenizer.js';
import type { Nlvr2Options } from './options.js';
import { type Metrics, type PreparedTask, RANDOM_WEIGHTS, rowStore, type TaskSetting } from './task.js';
import { taskDataset } from './task-dataset.js';
import { requirePart, textRows, tokenizerOf } from './text-batch.js';

const IMAGE = 'last_hidden_state';
const LOGITS = 'logits';
const IMAGES = 2;
/** Identifiers of NLVR2 itself, which tell the examples of one statement. */
const official = /^(?:dev|test1|test2|train)-\d+-\d+-\d+$/;
/** Tokens of a statement at most. */
const LONGEST_STATEMENT = 40;

/** @throws TurboError for a model that reads no pairs, and for a dataset without them */
export async function judgeable(
  options: Nlvr2Options,
  model: Model,
  dataset: Dataset,
): Promise<{ readonly dataset: ImagePairDataset; readonly tokenizer: Tokenizer }> {
  requirePart(model, 'pair', options.task, 'a model that reads two images, such as BLIP_NLVR');
  return { dataset: ofKind(dataset, 'image-pairs'), tokenizer: await tokenizerOf(model) };
}

export async function prepareNlvr2(options: Nlvr2Options, setting: TaskSetting): Promise<PreparedTask> {
  const { model, engine, session } = setting;
  const { dataset, tokenizer } = await judgeable(options, model, await taskDataset(options, setting));
  const { pairs } = dataset;
  const rows = textRows(
    pairs.map(({ sentence }) => sentence),
    tokenizer,
    LONGEST_STATEMENT,
    model.specialTokens!.encoderId,
  );
  const isRandom = model.weightsKind === 'random';
  /** Pairs by the positions of their images. */
  const pairsAt = (positions: readonly number[]): number[] =>
    positions.filter((position) => position % IMAGES === 0).map((position) => position / IMAGES);
  return {
    kind: 'scored',
    samples: pairs.flatMap(({ id, images }) =>
      images.map((image, side) => ({ id: `${id}, image ${side + 1}`, image })),
    ),
    imagesPerSample: IMAGES,
    references: [],
    outputs: [IMAGE],
    decodes: true,
    metricsNote: isRandom ? RANDOM_WEIGHTS : '',
    async openTextSide(reduced) {
      const part = { sequenceLength: rows.length, ...reduced, outputs: [LOGITS] };
      const judge = await engine.createSession(model.buildPart('pair', part), session);
      return {
        async run(positions, outputs) {
          const { ids, mask } = rows.batch(pairsAt(positions));
          const ofSide = (side: number): number[] =>
            [...positions.keys()].filter((row) => row % IMAGES === side);
          return judge.run({
            input_ids: ids,
            attention_mask: mask,
            encoder_hidden_states: pickRows(outputs[IMAGE]!, ofSide(0)),
            encoder_hidden_states_2: pickRows(outputs[IMAGE]!, ofSide(1)),
          });
        },
        release: () => judge.release(),
      };
    },
    start() {
      const logits = rowStore(pairs.length);
      const judged = () => {
        const { rows: values, positions } = logits.filled();
        return positions.map((at, row) => ({
          pair: pairs[at]!,
          predicted: values[2 * row + 1]! > values[2 * row]!,
        }));
      };
      return {
        add: (positions, outputs) => {
          if (outputs[LOGITS] !== undefined) logits.set(pairsAt(positions), outputs[LOGITS]);
        },
        addReference: () => {},
        count: () => logits.count(),
        score(): Metrics {
          if (isRandom) return {};
          const { accuracy, consistency } = nlvrScores(
            judged().map(({ pair: { id, sentence, label }, predicted }) => ({
              ...{ label, predicted },
              statement: official.test(id) ? statementOf(id) : sentence,
            })),
          );
          return { nlvrAccuracy: accuracy, nlvrConsistency: consistency };
        },
        outcomes: () =>
          isRandom
            ? []
            : judged().map(({ pair: { id, label }, predicted }) => ({ sample: id, label, predicted })),
      };
    },
  };
}
