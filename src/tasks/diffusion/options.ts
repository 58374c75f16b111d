/** What an experiment may ask of the tasks that make pictures. */
import { z } from 'zod';
import { SchedulerChoice } from '../../diffusion/schedulers/choose-scheduler.js';
import { dataset, models, split } from '../entry-options.js';

/** File of statistics in place of pictures. */
const STATISTICS = '.npz';

/** Pictures that the generated ones are held against as a whole. */
export const DistributionOptions = z
  .strictObject({
    reference: z
      .string()
      .min(1)
      .describe(
        'Dataset whose pictures are the reference, or a statistics file (.npz) of pytorch-fid or clean-fid.',
      ),
    split,
    limit: z.int().min(2).optional().describe('Pictures of the reference that are used at most.'),
    features: z
      .array(z.enum(['clip', 'inception']))
      .min(1)
      .default(['clip'])
      .describe(
        'What is compared: embeddings of the model under `scoreWith` (frechet-<its name> and CMMD), or features of the Inception network of pytorch-fid, downloaded on first use (FID and KID).',
      ),
  })
  .refine(({ reference, features }) => !isStatisticsFile(reference) || features.length === 1, {
    path: ['features'],
    error: 'a statistics file is of one network: name one of clip, inception',
  })
  .refine(
    ({ reference, split: part, limit }) =>
      !isStatisticsFile(reference) || (part === undefined && limit === undefined),
    { path: ['reference'], error: 'a statistics file has neither `split` nor `limit`' },
  );
export type DistributionOptions = z.infer<typeof DistributionOptions>;

export function isStatisticsFile(reference: string): boolean {
  return reference.endsWith(STATISTICS);
}

/** How every picture is made and scored. */
const denoising = {
  pictures: z.int().min(1).default(64).describe('Pictures that every variant makes.'),
  steps: z.int().min(1).max(1000).default(20).describe('Denoising steps.'),
  guidanceScale: z
    .number()
    .min(0)
    .default(7.5)
    .describe('How far a picture is pushed to its prompt; 1 does without the negative prompt.'),
  negativePrompt: z.string().default('').describe('What a picture is pushed away from.'),
  scheduler: SchedulerChoice.optional(),
  clipSkip: z.int().min(0).default(0).describe('Layers at the end of the text encoder that are passed over.'),
  scoreWith: z
    .string()
    .min(1)
    .optional()
    .describe(
      'CLIP checkpoint, by folder or hub id, that judges the pictures: CLIP score, and zero-shot accuracy where the prompts name classes.',
    ),
  distribution: DistributionOptions.optional().describe(
    'Distance between all generated pictures and a reference.',
  ),
};

const template = z
  .string()
  .includes('{}')
  .optional()
  .describe(
    'What is said of a class, or of a caption, with {} in its place; by default `a photo of a {}` and the caption as it is. With a .txt file, its lines are then class names.',
  );

const hasScorer = {
  path: ['scoreWith'],
  error: '`distribution` with the features clip needs `scoreWith`, the checkpoint that they are of',
};
const scores = (options: {
  scoreWith?: string | undefined;
  distribution?: DistributionOptions | undefined;
}): boolean => options.scoreWith !== undefined || options.distribution?.features.includes('clip') !== true;

export const TextToImageOptions = z
  .strictObject({
    task: z.literal('text-to-image'),
    prompts: z
      .string()
      .min(1)
      .describe(
        'What is drawn: a dataset of prompts (emoji-prompts), of captions (the first one of each picture) or of classes, or a file: one prompt a line (.txt), PartiPrompts (.tsv, column Prompt), a class list (.json).',
      ),
    split,
    template,
    models,
    ...denoising,
  })
  .refine(scores, hasScorer)
  .describe('Pictures from prompts, scored by how little merging changes them, and by a CLIP checkpoint.');
export type TextToImageOptions = z.infer<typeof TextToImageOptions>;

export const ImageToImageOptions = z
  .strictObject({
    task: z.literal('image-to-image'),
    dataset: dataset.describe(
      'Dataset of the pictures to start from; the first caption of each, or its class, is its prompt.',
    ),
    split,
    template,
    models,
    strength: z
      .number()
      .gt(0)
      .max(1)
      .default(0.6)
      .describe('Share of the steps that are taken; 1 forgets the picture.'),
    ...denoising,
  })
  .refine(scores, hasScorer)
  .refine(({ strength, steps }) => strength <= 0 || Math.trunc(strength * steps) > 0, {
    path: ['strength'],
    error: 'so little strength leaves none of the steps: raise `strength` or `steps`',
  })
  .describe('Pictures from pictures and prompts, scored like those of text-to-image.');
export type ImageToImageOptions = z.infer<typeof ImageToImageOptions>;

export type PictureTaskOptions = TextToImageOptions | ImageToImageOptions;

/** Whether the task makes pictures, and so needs a diffusion pipeline. */
export function makesPictures<Options extends { readonly task: string }>(
  options: Options,
): options is Extract<Options, PictureTaskOptions> {
  return options.task === 'text-to-image' || options.task === 'image-to-image';
}
