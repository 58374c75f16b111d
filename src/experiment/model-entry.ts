/** A model of an experiment: a folder, a checkpoint file, a Hugging Face id, or an architecture with random weights. */
import { z } from 'zod';

const DetailedModel = z
  .strictObject({
    model: z
      .string()
      .min(1)
      .describe(
        'Folder in Hugging Face layout, official checkpoint file of BLIP, or hub id with revision: openai/clip-vit-base-patch16@main.',
      )
      .optional(),
    preset: z
      .string()
      .min(1)
      .describe(
        'Architecture at full size by name, needs `weights: random`. `turbo-bench list models` names them.',
      )
      .optional(),
    weights: z
      .enum(['checkpoint', 'random'])
      .default('checkpoint')
      .describe('`random` needs nothing but a config: speed can be measured, accuracy cannot.'),
    name: z.string().min(1).describe('Name in tables and charts; defaults to the folder or id.').optional(),
    imageSize: z
      .int()
      .min(1)
      .describe('Side of the input image in pixels; defaults to what the model was trained with.')
      .optional(),
    variant: z
      .string()
      .regex(/^[A-Za-z0-9_-]+$/)
      .describe('Weight files of a variant, half the download: fp16 for model.fp16.safetensors.')
      .optional(),
    tokenizer: z
      .string()
      .min(1)
      .describe(
        'Folder or hub id with the tokenizer, for a checkpoint that brings none: bert-base-uncased for an official one of BLIP.',
      )
      .optional(),
  })
  .refine(({ model, preset }) => (model === undefined) !== (preset === undefined), {
    error: 'a model needs either `model` or `preset`',
  })
  .refine(({ preset, weights }) => preset === undefined || weights === 'random', {
    error: 'a preset has no checkpoint, it needs `weights: random`',
  });

export const ModelEntry = z
  .union([z.string().min(1), DetailedModel])
  .describe(
    'A folder in Hugging Face layout, a checkpoint file, a hub id, random:PRESET, or an object with more detail.',
  );
export type ModelEntry = z.infer<typeof ModelEntry>;

/** What a trial needs to open its model again, in another process. */
export type ModelChoice = z.infer<typeof DetailedModel> & { readonly name: string };

const RANDOM = 'random:';

/** Both ways of writing a model, as one. */
export function modelChoice(entry: ModelEntry): ModelChoice {
  if (typeof entry === 'string')
    return entry.startsWith(RANDOM)
      ? { preset: entry.slice(RANDOM.length), weights: 'random', name: entry }
      : { model: entry, weights: 'checkpoint', name: shortName(entry) };
  return { ...entry, name: entry.name ?? shortName(entry.model ?? entry.preset!) };
}

/** `./models/emoji-clip/` → `emoji-clip`; a hub id stays as it is. */
function shortName(reference: string): string {
  const isPath = reference.startsWith('.') || reference.startsWith('/') || reference.includes('\\');
  if (!isPath) return reference;
  return (
    reference
      .split(/[\\/]/)
      .filter((part) => part !== '' && part !== '.')
      .at(-1) ?? reference
  );
}
