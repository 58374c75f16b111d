/** Parameters that every method for diffusion has: how much, where in the network and when in the run, and which tokens receive. */
import { z } from 'zod';
import { GridPartition } from '../partition.js';
import { Ratio, StepRange } from '../ratio-schedule.js';

export const diffusionParameters = {
  ratio: Ratio,
  steps: StepRange.default({ from: 0 }),
  maxDownsample: z
    .union([z.literal(1), z.literal(2), z.literal(4), z.literal(8)])
    .default(1)
    .describe(
      'Merges in blocks whose grid is at most so many times smaller than the latents; 1: the top level alone.',
    ),
  levels: z
    .array(z.int().min(0).max(3))
    .min(1)
    .optional()
    .describe('Levels of the network that merge, 0 the top one, in place of maxDownsample.'),
  mergeAttention: z.boolean().default(true).describe('Merge around self-attention.'),
  mergeCrossAttention: z.boolean().default(false).describe('Merge around cross-attention.'),
  mergeMlp: z.boolean().default(false).describe('Merge around the perceptron.'),
  strideX: z.int().min(1).max(8).default(2).describe('Width of a grid cell, of which one token receives.'),
  strideY: z.int().min(1).max(8).default(2).describe('Height of a grid cell.'),
  partition: GridPartition.default('top-left'),
  seed: z.int().min(0).default(0).describe('Seed of a partition that is drawn.'),
};
