/**
 * How much is merged at which step of a denoising run.
 *
 * Source: tomesd (arXiv 2303.17604, section 4.3) for the share of tokens; its section 4.4 merges more in early steps than in late
 * ones.
 */
import { z } from 'zod';

export const Ratio = z
  .union([
    z.number().min(0).lt(1),
    z.strictObject({
      first: z.number().min(0).lt(1),
      last: z.number().min(0).lt(1),
      stages: z.int().min(2).max(10).default(3),
    }),
  ])
  .describe(
    'Share of the tokens that each block merges: a number, or {first, last, stages} for a share that goes from the first to the last step in so many stages; every stage is a network of its own in memory.',
  );
export type Ratio = z.infer<typeof Ratio>;

/** The denoising steps in which tokens are merged, both ends included. */
export const StepRange = z
  .strictObject({ from: z.int().min(0).default(0), to: z.int().min(0).optional() })
  .describe('First and last denoising step (from 0, both included) in which tokens are merged.');
export type StepRange = z.infer<typeof StepRange>;

export interface RatioSchedule {
  readonly ratio: Ratio;
  readonly steps: StepRange;
}

/** The share of every step, 0 where nothing is merged. */
export function ratioByStep({ ratio, steps }: RatioSchedule, stepCount: number): number[] {
  const last = steps.to ?? stepCount - 1;
  return Array.from({ length: stepCount }, (_, step) =>
    step < steps.from || step > last ? 0 : ratioAt(ratio, step, stepCount),
  );
}

/** Stages of equal length; the share of each lies evenly between the first and the last. */
function ratioAt(ratio: Ratio, step: number, stepCount: number): number {
  if (typeof ratio === 'number') return ratio;
  const { first, last, stages } = ratio;
  const stage = Math.min(stages - 1, Math.floor((step * stages) / stepCount));
  return first + ((last - first) * stage) / (stages - 1);
}
