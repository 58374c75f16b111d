/**
 * Whether a model can do a task on its dataset. A plan asks before anything runs; the task asks the same when it is made ready, by the same function.
 *
 * A new task is one line here.
 */
import type { Dataset } from '../datasets/dataset.js';
import type { Model } from '../models/model.js';
import { comparable } from './agreement.js';
import { captionable } from './captioning.js';
import { classifiable } from './classification.js';
import { judgeable } from './nlvr2.js';
import type { TaskOptions } from './options.js';
import { answerable } from './question-answering.js';
import { rerankable } from './reranked-retrieval.js';
import { retrievable } from './retrieval.js';
import { probeable } from './semantic-validity-task.js';

/**
 * @param dataset of the task; null for one without data
 * @throws TurboError that says what the model or the dataset lacks, or what of the options does not fit them
 */
export async function requireDoable(
  options: TaskOptions,
  model: Model,
  dataset: Dataset | null,
): Promise<void> {
  if (dataset === null) return;
  switch (options.task) {
    case 'classification':
      await classifiable(options, model, dataset);
      return;
    case 'retrieval':
      if (options.rerank === undefined) retrievable(model, dataset);
      else await rerankable(model, dataset);
      return;
    case 'captioning':
      await captionable(options, model, dataset);
      return;
    case 'vqa':
      await answerable(options, model, dataset);
      return;
    case 'nlvr2':
      await judgeable(options, model, dataset);
      return;
    case 'agreement':
      await comparable(model, dataset);
      return;
    case 'semantic-validity':
      probeable(options, model, dataset);
      return;
    case 'throughput':
    case 'text-to-image':
    case 'image-to-image':
      return;
  }
}
