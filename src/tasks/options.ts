/** What an experiment may ask of each task. */
import { z } from 'zod';
import { GenerationOptions } from '../generation/options.js';
import { ImageToImageOptions, TextToImageOptions } from './diffusion/options.js';
import { dataset, models, split } from './entry-options.js';

export const ClassificationOptions = z
  .strictObject({
    task: z.literal('classification'),
    dataset,
    split,
    models,
    zeroShot: z
      .union([
        z.boolean(),
        z.strictObject({
          templates: z
            .union([z.string().min(1), z.array(z.string().includes('{}')).min(1)])
            .describe(
              'Prompts with {} in the place of the class name: a list, or a JSON or text file of them.',
            ),
        }),
      ])
      .optional()
      .describe(
        "Classify by text; true takes the dataset's own prompt templates. Left out, a model with a head is asked by its head and a model with a text tower by text.",
      ),
    knn: z
      .strictObject({
        k: z.int().min(1).default(20).describe('Neighbours that vote.'),
        temperature: z
          .number()
          .gt(0)
          .default(0.07)
          .describe('A neighbour votes with exp(similarity / temperature).'),
        split: z.string().min(1).default('train').describe('Part of the dataset that votes.'),
        limit: z.int().min(1).optional().describe('Images of that part that are used at most.'),
      })
      .optional()
      .describe('Classify by the nearest training images, for models without a head.'),
  })
  .refine(({ zeroShot, knn }) => knn === undefined || zeroShot === undefined || zeroShot === false, {
    error: 'choose one of `zeroShot` and `knn`',
  })
  .describe(
    'Top-1, top-5 and mean per class, by the head of the model, by text (zeroShot) or by neighbours (knn).',
  );
export type ClassificationOptions = z.infer<typeof ClassificationOptions>;

export const RetrievalOptions = z
  .strictObject({
    task: z.literal('retrieval'),
    dataset,
    split,
    models,
    rerank: z
      .int()
      .min(1)
      .optional()
      .describe(
        'Most similar items that are matched, image and text read together, and put in order by that; for models that match, such as BLIP.',
      ),
  })
  .describe('Image to text and text to image: recall@1, 5 and 10.');
export type RetrievalOptions = z.infer<typeof RetrievalOptions>;

const JavaMetric = z.enum(['meteor', 'spice']);
export type JavaMetricName = z.infer<typeof JavaMetric>;

export const CaptioningOptions = z
  .strictObject({
    task: z.literal('captioning'),
    dataset,
    split,
    models,
    prompt: z
      .string()
      .default('a picture of ')
      .describe('Words that every caption starts with and that are not scored.'),
    generate: GenerationOptions.prefault({ numBeams: 3, maxLength: 20, minLength: 5 }).describe(
      'How a caption is written; lengths count the prompt.',
    ),
    metrics: z
      .array(JavaMetric)
      .default([])
      .describe(
        'Further metrics, which are Java programs: meteor, spice. Computed where Java is and TURBO_BENCH_JARS names their folder, else left out and said so.',
      ),
  })
  .describe('Captions scored by CIDEr, BLEU-1 to 4 and ROUGE-L.');
export type CaptioningOptions = z.infer<typeof CaptioningOptions>;

export const QuestionAnsweringOptions = z
  .strictObject({
    task: z.literal('vqa'),
    dataset,
    split,
    models,
    answers: z
      .enum(['generate', 'rank'])
      .default('generate')
      .describe("Write an answer, or take the likeliest of the dataset's answer list."),
    rankTop: z
      .int()
      .min(1)
      .default(128)
      .describe('Answers of most probable first token that are read whole when answers are ranked.'),
    lead: z
      .enum(['enc', 'cls'])
      .default('enc')
      .describe(
        "First token of a question: [ENC] as in the official evaluation, [CLS] as transformers' processor.",
      ),
    generate: GenerationOptions.prefault({ numBeams: 3, maxLength: 10, minLength: 1 }).describe(
      'How an answer is written; lengths count the start token.',
    ),
  })
  .describe('Answers to questions about images, scored as VQAv2 does it.');
export type QuestionAnsweringOptions = z.infer<typeof QuestionAnsweringOptions>;

export const Nlvr2Options = z
  .strictObject({ task: z.literal('nlvr2'), dataset, split, models })
  .describe('Statements about two images: accuracy, and consistency over the pairs of one statement.');
export type Nlvr2Options = z.infer<typeof Nlvr2Options>;

export const AgreementOptions = z
  .strictObject({
    task: z.literal('agreement'),
    dataset,
    split,
    models,
    images: z.int().min(1).default(64).describe('Images, or questions, that are compared.'),
  })
  .describe(
    "Does merging disturb where the text looks? Spearman's ρ of the attention that image regions receive, with the reduction and without.",
  );
export type AgreementOptions = z.infer<typeof AgreementOptions>;

export const ThroughputOptions = z
  .strictObject({
    task: z.literal('throughput'),
    models,
    images: z.int().min(1).default(64).describe('Random images that are made; passes go round them.'),
  })
  .describe('Speed and memory alone, on random pixels. Needs no data.');
export type ThroughputOptions = z.infer<typeof ThroughputOptions>;

export const SemanticValidityOptions = z
  .strictObject({
    task: z.literal('semantic-validity'),
    dataset,
    split,
    models,
    layers: z
      .array(z.int().min(0))
      .min(1)
      .optional()
      .describe('Layers, from 0, in which single tokens are merged; defaults to every layer.'),
    images: z.int().min(2).default(16).describe('Images that the correlation is taken over.'),
    tokensPerImage: z
      .int()
      .min(4)
      .default(24)
      .describe('Tokens that are merged, one after the other, in every image.'),
  })
  .describe(
    "Does attention stand for meaning? Merges one token alone and correlates the change of the output with the token's semantic value.",
  );
export type SemanticValidityOptions = z.infer<typeof SemanticValidityOptions>;

export const TaskOptions = z.discriminatedUnion('task', [
  ClassificationOptions,
  RetrievalOptions,
  CaptioningOptions,
  QuestionAnsweringOptions,
  Nlvr2Options,
  AgreementOptions,
  ThroughputOptions,
  SemanticValidityOptions,
  TextToImageOptions,
  ImageToImageOptions,
]);
export type TaskOptions = z.infer<typeof TaskOptions>;
export type TaskName = TaskOptions['task'];

/** Each task in one sentence, in the order in which they are listed. */
export const TASKS: readonly {
  readonly name: TaskName;
  readonly summary: string;
  readonly schema: z.ZodType;
}[] = TaskOptions.options.map((schema) => ({
  name: schema.shape.task.value,
  summary: schema.description ?? '',
  schema,
}));
