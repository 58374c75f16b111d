/** Texts as the text side of a model takes them: rows of ids of one length for the whole dataset, so that no result depends on its batch. */
import { type TensorData, tensorData } from '../engines/index.js';
import { TurboError } from '../errors/turbo-error.js';
import type { Model } from '../models/model.js';
import { loadTokenizer, type Tokenizer } from '../text/tokenizer.js';

export interface TextRows {
  /** Tokens of every row. */
  readonly length: number;
  /** Ids of these texts, [texts, length] int64, and which of them are not padding. */
  batch(texts: readonly number[]): { readonly ids: TensorData; readonly mask: TensorData };
}

/** The tokenizer of a model that reads or writes text. @throws TurboError for a model without one */
export async function tokenizerOf(model: Model): Promise<Tokenizer> {
  const folder = model.tokenizerFolder;
  if (folder !== null) return loadTokenizer(folder);
  throw new TurboError('The model comes without a tokenizer', {
    value: model.reference,
    allowed: 'a folder or hub id with tokenizer files, or `tokenizer:` beside the model',
  });
}

/**
 * @param maxLength tokens at most; the longest text decides below that
 * @param leadId takes the place of the first token, such as `[ENC]` of `[CLS]`; null leaves it
 */
export function textRows(
  texts: readonly string[],
  tokenizer: Tokenizer,
  maxLength: number,
  leadId: number | null,
): TextRows {
  const { inputIds, attentionMask, shape } = tokenizer.encodeBatch(texts, { maxLength, padding: 'longest' });
  const [, length] = shape;
  if (leadId !== null) for (let text = 0; text < texts.length; text++) inputIds[text * length] = leadId;
  const rowsOf = (values: Int32Array, picks: readonly number[]): TensorData => {
    const rows = new BigInt64Array(picks.length * length);
    picks.forEach((text, row) => {
      for (let at = 0; at < length; at++) rows[row * length + at] = BigInt(values[text * length + at]!);
    });
    return tensorData(rows, [picks.length, length]);
  };
  return {
    length,
    batch: (picks) => ({ ids: rowsOf(inputIds, picks), mask: rowsOf(attentionMask, picks) }),
  };
}

/** @throws TurboError when the model lacks the part that the task is made of */
export function requirePart(model: Model, part: string, task: string, allowed: string): void {
  if (model.parts.includes(part)) return;
  throw new TurboError(`The model cannot do the task ${task}`, {
    value: model.architecture,
    allowed,
    next: 'turbo-bench list models',
  });
}
