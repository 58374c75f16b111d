/** What an experiment tolerates before it calls a trial invalid (`measure.validity`). */
import { z } from 'zod';

export const ValidityBounds = z
  .strictObject({
    minRuns: z.int().min(1).default(5).describe('Timed passes that a trial needs at least.'),
    maxRelativeMad: z
      .number()
      .min(0)
      .default(0.1)
      .describe('Largest scatter of the timings: median absolute deviation ÷ median.'),
    maxDrift: z
      .number()
      .min(0)
      .default(0.1)
      .describe(
        'Largest change of the latency from the first timed pass to the last, as a share of it (Theil–Sen), where the change is beyond chance.',
      ),
    minClockSteps: z
      .number()
      .min(0)
      .default(100)
      .describe('Steps of the clock that the median pass must last at least.'),
    maxOtherLoad: z
      .number()
      .min(0)
      .max(1)
      .default(0.25)
      .describe(
        "Largest share of the engine's cores that other processes keep busy while a trial is timed. Known on Linux only.",
      ),
    maxTokenMassError: z
      .number()
      .min(0)
      .default(1e-4)
      .describe('Largest relative error of the sum of token sizes.'),
  })
  .describe('When a trial is invalid: it then stands in the table struck through, with the reason.');
export type ValidityBounds = z.infer<typeof ValidityBounds>;
