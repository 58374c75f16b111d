/**
 * Joules per image of one variant, in a pass of its own: timed passes of baseline and variant take turns faster than power is sampled,
 * so that energy could not be told apart there, and reading meters would take time from them.
 */
import type { EnergyMeter } from './energy-meter.js';

export interface EnergyPerImage {
  /** All that the meters saw ÷ images, what an idle machine takes included. */
  readonly joulesPerImage: number;
  readonly watts: number;
  readonly meters: readonly string[];
}

/**
 * @param seconds the pass lasts at least so long, and one run
 * @param now monotonic milliseconds
 * @param runOnce one batch; returns how many images it held, 0 when there is none
 * @returns null when a meter failed on the way
 */
export async function measureEnergy(
  meter: EnergyMeter,
  seconds: number,
  now: () => number,
  runOnce: () => Promise<number>,
): Promise<EnergyPerImage | null> {
  try {
    let images = 0;
    await meter.begin();
    const start = now();
    do {
      const done = await runOnce();
      if (done === 0) break;
      images += done;
      meter.look();
    } while (now() - start < 1000 * seconds);
    const reading = await meter.end();
    if (reading === undefined || images === 0) return null;
    const { joules, seconds: lasted, meters } = reading;
    return { joulesPerImage: joules / images, watts: joules / lasted, meters };
  } finally {
    meter.close();
  }
}
