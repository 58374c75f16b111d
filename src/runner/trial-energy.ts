/** The energy pass of a trial: the variant alone, after the timing, where a meter can be read. */
import { monotonicNow } from '../measure/clock.js';
import { openEnergyMeter } from '../measure/energy/energy-meter.js';
import { type EnergyPerImage, measureEnergy } from '../measure/energy/energy-pass.js';
import { canMeasureEnergy } from '../measure/energy/energy-sources.js';
import { startNvidiaSmi } from '../measure/nvidia-smi.js';
import { feedBatches } from './batch-feed.js';
import { feedsOf, type TrialEquipment } from './run-trial.js';
import type { WorkerSetup } from './worker-messages.js';

/** Power is a mean over a second on many GPUs, so a shorter pass would say what was before it. */
const SHORTEST_SECONDS = 1;

/**
 * @param runOnce runs one batch and returns how many images it held
 * @returns null where no meter can be read or the experiment does not ask for one
 */
export async function trialEnergy(
  { energy, engine, measure }: WorkerSetup,
  runOnce: () => Promise<number>,
): Promise<EnergyPerImage | null> {
  if (!measure.energy || energy === undefined || !canMeasureEnergy(energy, engine.device)) return null;
  const meter = openEnergyMeter(energy, startNvidiaSmi, Date.now);
  return measureEnergy(meter, Math.max(SHORTEST_SECONDS, measure.minSeconds), monotonicNow, runOnce);
}

/** The same of a variant that reads images: all of its samples, over and over. */
export async function encoderEnergy(
  setup: WorkerSetup,
  { task, variant, pool, batchSize, image }: TrialEquipment,
): Promise<EnergyPerImage | null> {
  const feed = feedBatches(task.samples, pool, batchSize, task.imagesPerSample);
  const runOnce = async (): Promise<number> => {
    for (;;) {
      const { value: batch } = await feed.next();
      if (batch === undefined) return 0;
      const { length } = batch.indices;
      if (length === 0) continue;
      const encoded = await variant.encoder.run(feedsOf(batch, image));
      await variant.textSide?.run(batch.indices, encoded);
      return length;
    }
  };
  try {
    return await trialEnergy(setup, runOnce);
  } finally {
    await feed.return(undefined);
  }
}
