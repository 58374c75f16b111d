/** How a person names a model: a folder, a checkpoint file, a hub id with revision, `random:<preset>`, or an object with more detail. */
import { z } from 'zod';
import { oneOf } from '../errors/did-you-mean.js';
import { TurboError } from '../errors/turbo-error.js';

/** What `openModel` takes beside a plain string. */
export const ModelOptions = z.strictObject({
  /** A folder, an official BLIP checkpoint (one file), or a hub id such as `openai/clip-vit-base-patch16@main`. */
  model: z.string().min(1).optional(),
  /** An architecture at full size by name; its weights are random. */
  preset: z.string().min(1).optional(),
  /** `random` needs only a config. */
  weights: z.enum(['checkpoint', 'random']).optional(),
  /** Seed of random weights. */
  seed: z.int().min(0).default(0),
  /** Side of the input image in pixels; defaults to what the model was trained with. */
  imageSize: z.int().min(1).optional(),
  /** A folder or hub id with a tokenizer, and perhaps a `preprocessor_config.json`, for a checkpoint that brings none. */
  tokenizer: z.string().min(1).optional(),
  /** Weight files of a variant, such as `fp16` for `model.fp16.safetensors`. */
  variant: z
    .string()
    .regex(/^[\w-]+$/)
    .optional(),
  /** Name in tables; not used here. */
  name: z.string().optional(),
});
export type ModelOptions = z.input<typeof ModelOptions>;

/** A reference, all forms made one. */
export interface ModelReference {
  /** As it is shown in tables and errors. */
  readonly text: string;
  readonly location: { readonly preset: string } | { readonly model: string };
  readonly weights: 'checkpoint' | 'random';
  readonly seed: number;
  readonly imageSize: number | undefined;
  readonly tokenizer: string | undefined;
  readonly variant: string | undefined;
}

const randomPrefix = 'random:';

/** Reads a reference: `./models/emoji-clip`, `openai/clip-vit-base-patch16@main`, `random:vit-b16`, or an object. */
export function parseModelReference(reference: string | ModelOptions): ModelReference {
  if (typeof reference === 'string') {
    return reference.startsWith(randomPrefix)
      ? parseModelReference({ preset: reference.slice(randomPrefix.length) })
      : parseModelReference({ model: reference });
  }
  const parsed = ModelOptions.safeParse(reference);
  if (!parsed.success) {
    throw new TurboError(`The model is not well described:\n${z.prettifyError(parsed.error)}`, {
      value: reference,
      allowed: oneOf('', Object.keys(ModelOptions.shape)),
    });
  }
  const { model, preset, weights, seed, imageSize, tokenizer, variant } = parsed.data;
  if (
    (model === undefined) === (preset === undefined) ||
    (preset !== undefined && weights === 'checkpoint')
  ) {
    throw new TurboError('A model needs either `model`, or `preset` with random weights.', {
      value: reference,
      allowed: '{model: <folder, file or hub id>} or {preset: <name>, weights: random}',
    });
  }
  if (preset !== undefined) {
    const text = `${randomPrefix}${preset}`;
    return { text, location: { preset }, weights: 'random', seed, imageSize, tokenizer, variant };
  }
  return {
    text: model!,
    location: { model: model! },
    weights: weights ?? 'checkpoint',
    seed,
    imageSize,
    tokenizer,
    variant,
  };
}
