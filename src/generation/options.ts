/** How text is generated, under the names that transformers' `generate` gave these options. */
import { z } from 'zod';

export const GenerationOptions = z
  .strictObject({
    numBeams: z.int().min(1).max(64).default(1).describe('Beams of the search; 1 is greedy.'),
    maxLength: z.int().min(1).default(20).describe('Tokens of the whole text at most, prompt included.'),
    minLength: z
      .int()
      .min(0)
      .default(0)
      .describe('Tokens before which a text does not end, prompt included.'),
    lengthPenalty: z
      .number()
      .default(1)
      .describe(
        'Exponent of the length by which the score of a beam is divided; above 1 favours long texts.',
      ),
    earlyStopping: z
      .boolean()
      .default(false)
      .describe('Stop as soon as there are `numBeams` finished texts, whatever could still come.'),
    repetitionPenalty: z
      .number()
      .positive()
      .default(1)
      .describe(
        'Above 1 makes tokens less likely that occur already, prompt included (CTRL, arXiv 1909.05858).',
      ),
    doSample: z.boolean().default(false).describe('Draw each token instead of taking the likeliest.'),
    topP: z
      .number()
      .gt(0)
      .max(1)
      .default(0.9)
      .describe('Nucleus: draw among the likeliest tokens that together have this probability.'),
    topK: z.int().min(0).default(0).describe('Draw among this many likeliest tokens at most; 0 for all.'),
    temperature: z.number().positive().default(1).describe('Divides the logits before a token is drawn.'),
    seed: z.int().min(0).default(0).describe('Seeds the draw; every text has a stream of its own.'),
  })
  .refine(({ doSample, numBeams }) => !doSample || numBeams === 1, {
    message: 'sampling goes with one beam',
    path: ['numBeams'],
  })
  .refine(({ minLength, maxLength }) => minLength <= maxLength, {
    message: 'must not be above maxLength',
    path: ['minLength'],
  });
export type GenerationOptions = z.output<typeof GenerationOptions>;
