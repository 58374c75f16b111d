/** Texts through the text tower of a model. Done once per model: a reduction of the image encoder leaves them as they are. */
import { type Engine, type SessionOptions, tensorData } from '../engines/index.js';
import { TurboError } from '../errors/turbo-error.js';
import type { Model } from '../models/model.js';
import { type EncodedBatch, loadTokenizer } from '../text/tokenizer.js';

const TEXTS_AT_ONCE = 64;
const OUTPUT = 'text_embeds';

export interface TextFeatures {
  /** [texts, width] */
  readonly rows: Float32Array;
  readonly width: number;
}

/**
 * @param maxLength tokens of a text at most; by default what the model was made for
 * @throws TurboError when the model has no text tower or no tokenizer
 */
export async function encodeTexts(
  texts: readonly string[],
  model: Model,
  engine: Engine,
  options: SessionOptions,
  maxLength?: number,
): Promise<TextFeatures> {
  const tokenizer = await loadTokenizer(requireTextTower(model));
  const distinct = [...new Set(texts)];
  const lengths = tokenizer.encodeBatch(distinct, maxLength === undefined ? {} : { maxLength });
  const graph = model.buildText({ sequenceLength: lengths.shape[1], outputs: [OUTPUT] });
  const session = await engine.createSession(graph, options);
  const features = new Map<string, Float32Array>();
  try {
    for (let start = 0; start < distinct.length; start += TEXTS_AT_ONCE) {
      const end = Math.min(start + TEXTS_AT_ONCE, distinct.length);
      const result = await session.run(feedsOf(lengths, start, end, model.textTakesAttentionMask), [OUTPUT]);
      const { data, shape } = result[OUTPUT]!;
      const width = shape[1]!;
      for (let text = start; text < end; text++)
        features.set(
          distinct[text]!,
          (data as Float32Array).slice((text - start) * width, (text - start + 1) * width),
        );
    }
  } finally {
    await session.release();
  }
  return stacked(texts.map((text) => features.get(text)!));
}

/** The folder of the tokenizer. @throws TurboError when the model has no text tower or no tokenizer */
export function requireTextTower(
  model: Pick<Model, 'reference' | 'textOutputs' | 'tokenizerFolder'>,
): string {
  if (model.textOutputs.includes(OUTPUT) && model.tokenizerFolder !== null) return model.tokenizerFolder;
  throw new TurboError('This task compares images with text, and the model has no text tower', {
    value: model.reference,
    allowed: 'a model of images and text, such as CLIP or SigLIP',
    next: 'Choose another model, or classify by its head (without zeroShot) or by neighbours (knn).',
  });
}

/** Rows `start` to `end` of the batch. */
function feedsOf(batch: EncodedBatch, start: number, end: number, withMask: boolean) {
  const [, tokens] = batch.shape;
  const part = (values: Int32Array) =>
    tensorData(BigInt64Array.from(values.subarray(start * tokens, end * tokens), BigInt), [
      end - start,
      tokens,
    ]);
  const ids = { input_ids: part(batch.inputIds) };
  return withMask ? { ...ids, attention_mask: part(batch.attentionMask) } : ids;
}

function stacked(rows: readonly Float32Array[]): TextFeatures {
  const width = rows[0]?.length ?? 0;
  const all = new Float32Array(rows.length * width);
  rows.forEach((row, index) => {
    all.set(row, index * width);
  });
  return { rows: all, width };
}
