/** What `predict` is asked for beside its inputs, refused where it would say nothing about the model. */
import type { TensorData } from '../engines/index.js';
import { TurboError } from '../errors/turbo-error.js';
import type { GenerationOptions } from '../generation/options.js';
import type { CrossModal } from '../reduction/cross-modal.js';
import type { ReductionSpec } from '../reduction/registry.js';
import type { Model } from './model.js';

export interface PredictOptions {
  readonly model: Model;
  readonly inputs: ReadonlyMap<string, TensorData>;
  readonly reduction: ReductionSpec;
  readonly generate?: GenerationOptions | undefined;
  readonly crossModal?: CrossModal | undefined;
}

/** @throws TurboError for an option that would change nothing */
export function checkOptions({ model, inputs, reduction, generate, crossModal }: PredictOptions): void {
  refuseTextSide(reduction);
  if (generate !== undefined) requireDecoder(model);
  if (crossModal !== undefined) requireTextBesideImage(model, inputs, generate !== undefined);
  const answers = generate !== undefined || inputs.has('decoder_input_ids');
  if (model.parts.includes('question') && answers && !inputs.has('input_ids'))
    throw new TurboError('An answer needs a question.', {
      value: [...inputs.keys()],
      allowed: 'input_ids [batch, tokens] beside pixel_values',
    });
}

/** @throws TurboError for a model without a decoder */
export function requireDecoder(model: Model): void {
  if (model.parts.includes('decoder')) return;
  throw new TurboError('The model generates no text.', {
    value: model.architecture,
    allowed: 'a model with a decoder, such as BlipForConditionalGeneration',
  });
}

/** A reduction carries these to the tasks of an experiment; `predict` runs the image side of it alone. */
function refuseTextSide(reduction: ReductionSpec): void {
  for (const [name, next] of [
    ['crossModal', "give it beside the reduction: --cross-modal '{drop: 0.07, maxDrop: 0.8}'"],
    ['textTokensPerLayer', 'run it in an experiment, or leave it out'],
  ] as const) {
    const value = (reduction as Readonly<Record<string, unknown>>)[name];
    if (value === undefined || value === null) continue;
    throw new TurboError(`The ${name} of a reduction says nothing to predict.`, { value, next });
  }
}

function requireTextBesideImage(
  { parts, architecture }: Model,
  inputs: ReadonlyMap<string, TensorData>,
  writes: boolean,
): void {
  if (parts.length === 0)
    throw new TurboError(
      'The model reads no text together with an image, so no image tokens can be let go.',
      {
        value: architecture,
        allowed: 'cross-modal reduction of a model that does, such as BLIP',
      },
    );
  const ids = inputs.get('input_ids');
  const pixels = inputs.get('pixel_values');
  const matches = !parts.includes('match') || ids?.shape[0] === pixels?.shape[0];
  const reads = (ids !== undefined && matches) || inputs.has('decoder_input_ids') || writes;
  if (pixels !== undefined && reads) return;
  throw new TurboError('A cross-modal reduction needs a text beside the image.', {
    value: [...inputs.entries()].map(([name, { shape }]) => `${name} [${shape.join(', ')}]`),
    allowed: 'pixel_values, and as many texts as the model reads beside them',
  });
}
