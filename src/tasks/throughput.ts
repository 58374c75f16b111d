/** Speed and memory on random pixels: for models with random weights, and where there is no data. */

import { featureOutput } from '../models/inspect.js';
import { seededRandom } from '../random/seeded.js';
import type { ThroughputOptions } from './options.js';
import { type PreparedTask, type TaskSetting, unscored } from './task.js';

export function prepareThroughput(
  { images }: ThroughputOptions,
  { model, limit, seed }: TaskSetting,
): PreparedTask {
  const { imageHeight: height, imageWidth: width } = model.encoder;
  const count = Math.min(images, limit ?? images);
  const samples = Array.from({ length: count }, (_, index) => {
    const { integer } = seededRandom(seed, 'pixels', index);
    const data = Uint8Array.from({ length: 3 * height * width }, () => integer(256));
    return { id: `random pixels ${index}`, image: { kind: 'pixels', width, height, data } as const };
  });
  return unscored(samples, [featureOutput(model)], 'random pixels');
}
