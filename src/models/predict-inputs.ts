/** What a model takes as tensors, under Hugging Face's names, and why it refuses others. */
import type { TensorData } from '../engines/index.js';
import { oneOf } from '../errors/did-you-mean.js';
import { TurboError } from '../errors/turbo-error.js';
import type { Model } from './model.js';
import { refuseUnknownTokens, vocabularySize } from './predict-token-ids.js';

type Inputs = ReadonlyMap<string, TensorData>;

/** The inputs that mean something to this model. */
export function inputNamesOf({ textMaxLength, parts }: Model): readonly string[] {
  const readsText = textMaxLength !== null || parts.length > 0;
  return [
    'pixel_values',
    ...(readsText ? ['input_ids', 'attention_mask'] : []),
    ...(parts.includes('decoder') ? ['decoder_input_ids'] : []),
  ];
}

/** @throws TurboError for an unknown input, an empty one, one of the wrong dtype or shape, and a token id beyond the vocabulary */
export function checkInputs(model: Model, inputs: Inputs): void {
  const known = inputNamesOf(model);
  for (const name of inputs.keys()) {
    if (known.includes(name)) continue;
    throw new TurboError('The model takes no input of this name.', {
      value: name,
      allowed: oneOf(name, known),
    });
  }
  const pixels = inputs.get('pixel_values');
  const ids = inputs.get('input_ids');
  if (pixels === undefined && ids === undefined) {
    throw new TurboError('There is nothing to predict from.', {
      value: [...inputs.keys()],
      allowed: known.includes('input_ids') ? 'pixel_values, input_ids or both' : 'pixel_values',
    });
  }
  const { channels } = model.encoder;
  if (pixels !== undefined) {
    const fits = pixels.dtype === 'float32' && pixels.shape.length === 4 && pixels.shape[1] === channels;
    if (!fits) throw wrongInput('pixel_values', pixels, `float32 [batch, ${channels}, height, width]`);
  }
  for (const name of ['input_ids', 'decoder_input_ids']) {
    const given = inputs.get(name);
    if (given !== undefined && (given.dtype !== 'int64' || given.shape.length !== 2))
      throw wrongInput(name, given, 'int64 [batch, tokens]');
  }
  refuseEmpty(inputs);
  const besideImage = model.parts.length > 0 && model.textMaxLength === null;
  if (besideImage && pixels === undefined) {
    throw new TurboError('The model reads text only together with an image.', {
      value: [...inputs.keys()],
      allowed: 'pixel_values beside the text',
    });
  }
  checkMask(inputs.get('attention_mask'), ids);
  for (const name of ['input_ids', 'decoder_input_ids']) {
    const given = inputs.get(name);
    if (given !== undefined) refuseUnknownTokens(name, given, vocabularySize(model));
  }
}

function checkMask(mask: TensorData | undefined, ids: TensorData | undefined): void {
  if (mask === undefined) return;
  const sameShape = ids?.shape.every((side, axis) => side === mask.shape[axis]) ?? false;
  if (mask.dtype !== 'int64' || mask.shape.length !== 2 || !sameShape)
    throw wrongInput('attention_mask', mask, 'int64 of the shape of input_ids');
}

/** An engine may end the whole process over a batch of nothing. @throws TurboError for a tensor without any value */
export function refuseEmpty(inputs: Inputs): void {
  for (const [name, { dtype, shape }] of inputs) {
    if (!shape.includes(0)) continue;
    throw new TurboError(`The input ${name} is empty.`, {
      value: `${dtype} [${shape.join(', ')}]`,
      allowed: `every side 1 or more: [${shape.map((side) => side || '≥ 1').join(', ')}]`,
    });
  }
}

/** An input of another dtype or shape than the model takes. */
export function wrongInput(name: string, { dtype, shape }: TensorData, allowed: string): TurboError {
  return new TurboError(`The input ${name} does not fit the model.`, {
    value: `${dtype} [${shape.join(', ')}]`,
    allowed,
  });
}
