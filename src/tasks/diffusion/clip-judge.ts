/** A CLIP checkpoint that judges generated pictures: how well each fits its prompt, and whether its class is recognised. */
import { type Engine, type SessionOptions, tensorData } from '../../engines/index.js';
import { TurboError } from '../../errors/turbo-error.js';
import { preprocessImage } from '../../images/preprocess.js';
import type { Preprocessor } from '../../images/preprocessor.js';
import type { RgbImage } from '../../images/rgb-image.js';
import { clipScore } from '../../metrics/generative/clip-score.js';
import { type SampleOutcome, valuesOf } from '../../metrics/sample-outcome.js';
import { rankOfLabel } from '../../metrics/top-k.js';
import { zeroShotClassifier, zeroShotLogits } from '../../metrics/zero-shot.js';
import type { Model } from '../../models/model.js';
import type { Metrics } from '../task.js';
import { encodeTexts, requireTextTower } from '../text-features.js';
import type { PictureRequests } from './picture-requests.js';

const OUTPUT = 'image_embeds';

/** A checkpoint, and how images become its input. */
export interface OpenedJudge {
  /** For the names of metrics: `emoji-clip`. */
  readonly name: string;
  readonly model: Model;
  readonly preprocessor: Preprocessor;
}

export interface ClipJudge {
  readonly name: string;
  /** Numbers of an embedding. */
  readonly width: number;
  /** [images, width], rows of unit length. */
  embed(images: readonly RgbImage[]): Promise<Float32Array>;
  /** CLIP score of all pictures and, where the prompts name classes, zero-shot accuracy. */
  metrics(outcomes: readonly SampleOutcome[]): Metrics;
  /** [pictures]: the CLIP score of each and, where the prompts name classes, the rank of its class. @param embeddings [pictures, width] */
  outcomes(embeddings: Float32Array): SampleOutcome[];
  close(): Promise<void>;
}

/** @throws TurboError for a model without a text tower, or with random weights */
export async function openClipJudge(
  { name, model, preprocessor }: OpenedJudge,
  { requests, classes, templates }: PictureRequests,
  engine: Engine,
  options: SessionOptions,
): Promise<ClipJudge> {
  requireJudge(model);
  const prompts = await encodeTexts(
    requests.map(({ prompt }) => prompt),
    model,
    engine,
    options,
  );
  const { width } = prompts;
  const said = classes.flatMap((one) => templates.map((template) => template.replaceAll('{}', one.name)));
  const classifier =
    said.length === 0
      ? null
      : zeroShotClassifier(
          (await encodeTexts(said, model, engine, options)).rows,
          classes.length,
          templates.length,
          width,
        );
  const labels = requests.map(({ label }) => label);
  const graph = model.buildVision({
    reduction: { method: 'none' },
    outputs: [OUTPUT],
    skipUnreadRows: true,
  }).graph;
  const session = await engine.createSession(graph, options);
  const { channels, imageHeight, imageWidth } = model.encoder;
  const each = channels * imageHeight * imageWidth;
  return {
    ...{ name, width },
    async embed(images) {
      const pixels = new Float32Array(images.length * each);
      for (const [at, image] of images.entries())
        pixels.set(await preprocessImage({ kind: 'pixels', ...image }, preprocessor), at * each);
      const shape = [images.length, channels, imageHeight, imageWidth];
      const encoded = await session.run({ pixel_values: tensorData(pixels, shape) }, [OUTPUT]);
      return encoded[OUTPUT]!.data as Float32Array;
    },
    metrics(outcomes): Metrics {
      const named = ['zeroShotTop1', 'clipScore'].map(
        (metric) => [metric, valuesOf(metric, outcomes)] as const,
      );
      return Object.fromEntries(
        named.flatMap(([metric, values]) => (values === undefined ? [] : [[metric, meanOf(values)]])),
      );
    },
    outcomes(embeddings) {
      const { pairs } = clipScore(embeddings, prompts.rows, width);
      const isNamed = labels.every((label) => label !== null);
      const logits = classifier === null || !isNamed ? null : zeroShotLogits(embeddings, classifier, width);
      return requests.map(({ prompt, label }, at) => ({
        sample: String(at),
        prompt,
        clipScore: pairs[at]!,
        ...(logits === null ? {} : { zeroShotRank: rankOfLabel(logits, at, classes.length, label!) + 1 }),
      }));
    },
    close: () => session.release(),
  };
}

/** @throws TurboError for a model without a text tower, or with random weights */
export function requireJudge(model: Model): void {
  if (model.weightsKind === 'random' || !model.visionOutputs.includes(OUTPUT))
    throw new TurboError('Pictures cannot be judged by this model', {
      value: model.reference,
      allowed: 'a checkpoint with weights of images and text, such as ./models/emoji-clip',
    });
  requireTextTower(model);
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
