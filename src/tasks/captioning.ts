/**
 * Captioning: a text for every image, scored against what people wrote.
 *
 * Prompt and search as in the evaluation of BLIP (arXiv 2201.12086): "a picture of ", beams, and the prompt cut off before scoring.
 */
import type { Dataset, RetrievalDataset } from '../datasets/dataset.js';
import { ofKind } from '../datasets/open-dataset.js';
import { tensorData } from '../engines/index.js';
import { generateText, paddedRows } from '../generation/generate.js';
import { requireRoom } from '../generation/room.js';
import { type CaptionScores, captionScores } from '../metrics/captioning/caption-scores.js';
import type { CaptionedImage } from '../metrics/captioning/captioned-image.js';
import type { Model } from '../models/model.js';
import { openTextDecoder } from '../models/text-decoder.js';
import type { Tokenizer } from '../text/tokenizer.js';
import { type Example, examplePositions } from './examples.js';
import { javaScores, missingJavaMetrics, systemJava } from './java-caption-metrics.js';
import type { CaptioningOptions } from './options.js';
import { type Metrics, type PreparedTask, RANDOM_WEIGHTS, type TaskSetting } from './task.js';
import { taskDataset } from './task-dataset.js';
import { requirePart, tokenizerOf } from './text-batch.js';
import { generatedPart, tokenStore } from './token-store.js';

const IMAGE = 'last_hidden_state';
const TEXT = 'sequences';

export async function prepareCaptioning(
  options: CaptioningOptions,
  setting: TaskSetting,
): Promise<PreparedTask> {
  const { model, engine, session } = setting;
  const { generate } = options;
  const { dataset, tokenizer, prompt } = await captionable(
    options,
    model,
    await taskDataset(options, setting),
  );
  const { images, captions } = dataset;
  const references = images.map((): string[] => []);
  for (const { text, image } of captions) references[image]!.push(text);
  const isRandom = model.weightsKind === 'random';
  const special = model.specialTokens!;
  return {
    kind: 'scored',
    samples: images,
    references: [],
    outputs: [IMAGE],
    decodes: true,
    metricsNote: isRandom
      ? RANDOM_WEIGHTS
      : (await missingJavaMetrics(options.metrics, systemJava())).join('; '),
    async openTextSide({ imageTokens, crossModal }) {
      const decoder = await openTextDecoder({
        ...{ model, engine, session, imageTokens, crossModal },
        imageMask: false,
        beams: generate.numBeams,
        promptLength: prompt.length,
        maxLength: generate.maxLength,
      });
      return {
        async run(positions, outputs) {
          const sequences = decoder.begin(outputs[IMAGE]!);
          const texts = await generateText(sequences, prompt, generate, special, positions);
          const rows = paddedRows(texts, generate.maxLength, special.padId);
          return { [TEXT]: tensorData(rows, [positions.length, generate.maxLength]) };
        },
        release: () => decoder.release(),
      };
    },
    start() {
      const texts = tokenStore();
      const captioned = (): CaptionedImage[] =>
        texts.entries().map(([image, ids]) => ({
          candidate: tokenizer!.decode(generatedPart(ids, prompt.length, special.endId)),
          references: references[image]!,
        }));
      let scored:
        | { readonly captions: readonly CaptionedImage[]; readonly scores: CaptionScores }
        | undefined;
      const scoredOnce = () => {
        if (scored === undefined) {
          const captions = captioned();
          scored = { captions, scores: captionScores(captions) };
        }
        return scored;
      };
      let furtherScores: Metrics = {};
      return {
        add: (positions, outputs) => {
          if (outputs[TEXT] === undefined) return;
          texts.set(positions, outputs[TEXT]);
          scored = undefined;
        },
        addReference: () => {},
        count: () => texts.count(),
        async settle() {
          if (!isRandom) furtherScores = await javaScores(captioned(), options.metrics, systemJava());
        },
        score(): Metrics {
          if (isRandom) return {};
          const { ciderPerImage: _, ...scores } = scoredOnce().scores;
          return { ...scores, ...furtherScores };
        },
        outcomes() {
          if (isRandom) return [];
          const { captions: all, scores } = scoredOnce();
          return texts.entries().map(([position], at) => ({
            sample: images[position]!.id,
            said: all[at]!.candidate,
            cider: scores.ciderPerImage[at]!,
          }));
        },
        examples(): Example[] {
          if (isRandom) return [];
          const shown = new Set(examplePositions(images.length));
          const { captions: all, scores } = scoredOnce();
          return texts.entries().flatMap(([position], at) => {
            const { candidate: said, references: people } = all[at]!;
            if (!shown.has(position)) return [];
            return { position, question: null, said, expected: people[0]!, score: scores.ciderPerImage[at]! };
          });
        },
      };
    },
  };
}

/** What captions are written with. */
interface CaptioningStart {
  readonly dataset: RetrievalDataset;
  /** Null for random weights that come without one. */
  readonly tokenizer: Tokenizer | null;
  /** Ids that every caption starts with. */
  readonly prompt: readonly number[];
}

/** @throws TurboError for a model that writes no texts, a dataset without captions, and a caption without room */
export async function captionable(
  options: CaptioningOptions,
  model: Model,
  dataset: Dataset,
): Promise<CaptioningStart> {
  requirePart(
    model,
    'decoder',
    options.task,
    'a model that writes captions, such as BlipForConditionalGeneration',
  );
  const own = ofKind(dataset, 'image-text');
  const isRandom = model.weightsKind === 'random';
  const tokenizer = isRandom && model.tokenizerFolder === null ? null : await tokenizerOf(model);
  const prompt = promptIds(options.prompt, tokenizer, model.specialTokens!.decoderId);
  requireRoom(prompt.length, options.generate, model.partMaxLength);
  return { dataset: own, tokenizer, prompt };
}

/** The prompt with the start token in place of its first one and without the end token. */
function promptIds(prompt: string, tokenizer: Tokenizer | null, startId: number): number[] {
  if (tokenizer === null || prompt === '') return [startId];
  return [startId, ...tokenizer.encode(prompt).slice(1, -1)];
}
