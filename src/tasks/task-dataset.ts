/** The dataset that a task names, cut down to the experiment's limit. */
import type { Dataset } from '../datasets/dataset.js';
import { openDataset } from '../datasets/open-dataset.js';
import type { TaskSetting } from './task.js';

export async function taskDataset(
  { dataset, split }: { readonly dataset: string; readonly split?: string | undefined },
  { limit, seed }: Pick<TaskSetting, 'limit' | 'seed'>,
): Promise<Dataset> {
  return openDataset(dataset, {
    seed,
    ...(split === undefined ? {} : { split }),
    ...(limit === null ? {} : { limit }),
  });
}
