/** The dataset that a task names, of the kind that it needs, cut down to the experiment's limit. */
import type { Dataset } from '../datasets/dataset.js';
import { ofKind, openDataset } from '../datasets/open-dataset.js';
import type { TaskSetting } from './task.js';

export async function taskDataset<Kind extends Dataset['kind']>(
  options: { readonly dataset: string; readonly split?: string | undefined },
  { limit, seed }: Pick<TaskSetting, 'limit' | 'seed'>,
  kind: Kind,
): Promise<Extract<Dataset, { kind: Kind }>> {
  const opened = await openDataset(options.dataset, {
    seed,
    ...(options.split === undefined ? {} : { split: options.split }),
    ...(limit === null ? {} : { limit }),
  });
  return ofKind(opened, kind);
}
