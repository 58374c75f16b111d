/**
 * The tasks by name: how each is made ready, what tables call it, what data it needs and what it reads.
 *
 * A new one is a file of its own, its options in `options.ts`, and one line here.
 */
import type { Dataset } from '../datasets/dataset.js';
import { openDataset } from '../datasets/open-dataset.js';
import { sampleCount } from '../datasets/samples.js';
import { TurboError } from '../errors/turbo-error.js';
import { prepareAgreement } from './agreement.js';
import { prepareCaptioning } from './captioning.js';
import { prepareClassification } from './classification.js';
import { referenceDigest } from './diffusion/distribution.js';
import { makesPictures } from './diffusion/options.js';
import { pictureRequests } from './diffusion/picture-requests.js';
import { missingJavaMetrics, systemJava } from './java-caption-metrics.js';
import { prepareNlvr2 } from './nlvr2.js';
import type { TaskOptions } from './options.js';
import { prepareQuestionAnswering } from './question-answering.js';
import { prepareRetrieval } from './retrieval.js';
import { prepareSemanticValidity } from './semantic-validity-task.js';
import type { AnyPreparedTask, TaskSetting } from './task.js';
import { prepareThroughput } from './throughput.js';

export async function prepareTask(options: TaskOptions, setting: TaskSetting): Promise<AnyPreparedTask> {
  switch (options.task) {
    case 'classification':
      return prepareClassification(options, setting);
    case 'retrieval':
      return prepareRetrieval(options, setting);
    case 'captioning':
      return prepareCaptioning(options, setting);
    case 'vqa':
      return prepareQuestionAnswering(options, setting);
    case 'nlvr2':
      return prepareNlvr2(options, setting);
    case 'agreement':
      return prepareAgreement(options, setting);
    case 'throughput':
      return prepareThroughput(options, setting);
    case 'semantic-validity':
      return prepareSemanticValidity(options, setting);
    case 'text-to-image':
    case 'image-to-image':
      throw new TurboError('This task needs a diffusion pipeline', {
        value: setting.model.reference,
        where: `the task ${options.task}`,
        allowed: 'a folder of diffusers with model_index.json, or a preset such as random:sd-1.5',
      });
  }
}

/** What will not go as an experiment asks for, known before anything runs. */
export async function noticesOf(options: TaskOptions): Promise<string[]> {
  return options.task === 'captioning' ? missingJavaMetrics(options.metrics, systemJava()) : [];
}

/** Whether the task reads text and image together, so that image tokens can be let go on the text side. */
export function readsImageWithText(options: TaskOptions): boolean {
  const { task } = options;
  if (task === 'retrieval') return options.rerank !== undefined;
  return task === 'captioning' || task === 'vqa' || task === 'nlvr2' || task === 'agreement';
}

/** Whether the task encodes text that looks at the image, whose tokens can be merged. */
export function encodesTextWithImage(options: TaskOptions): boolean {
  return (
    ['vqa', 'nlvr2'].includes(options.task) || (options.task === 'retrieval' && options.rerank !== undefined)
  );
}

/** The data of a task. */
export interface TaskData {
  /** Of all that can change a result. */
  readonly digest: string;
  readonly samples: number;
  /** Null for prompts and pictures that a diffusion task starts from. */
  readonly dataset: Dataset | null;
}

/** What a result depends on besides the options: the data. Null for a task without data. */
export async function dataOf(
  options: TaskOptions,
  { limit, seed }: Pick<TaskSetting, 'limit' | 'seed'>,
): Promise<TaskData | null> {
  if (makesPictures(options)) {
    const { requests, digest } = await pictureRequests(options, { limit, seed });
    const { distribution } = options;
    const reference = distribution === undefined ? '' : ` ${await referenceDigest(distribution, seed)}`;
    return { digest: `${digest}${reference}`, samples: requests.length, dataset: null };
  }
  if (!('dataset' in options)) return null;
  const open = async (split: string | undefined, most: number | null) =>
    openDataset(options.dataset, {
      seed,
      ...(split === undefined ? {} : { split }),
      ...(most === null ? {} : { limit: most }),
    });
  const dataset = await open(
    options.split,
    options.task === 'semantic-validity' || options.task === 'agreement' ? options.images : limit,
  );
  const samples = sampleCount(dataset);
  if (options.task === 'captioning') {
    // Results without these metrics are not kept once Java is there.
    const missing = (await noticesOf(options)).length;
    const without = missing === 0 ? '' : ` without ${missing} of the metrics in Java`;
    return { digest: `${await dataset.digest()}${without}`, samples, dataset };
  }
  if (options.task !== 'classification' || options.knn === undefined)
    return { digest: await dataset.digest(), samples, dataset };
  const known = await open(options.knn.split, options.knn.limit ?? null);
  return { digest: `${await dataset.digest()} ${await known.digest()}`, samples, dataset };
}
