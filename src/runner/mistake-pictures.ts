/**
 * Small pictures of the samples that only merging makes a mistake of, kept in the journal when a run ends: they are known only then, and a report
 * is made without the dataset.
 *
 * A dataset that is gone or a picture that cannot be decoded leaves a sample without a picture, and nothing else.
 */
import { openDataset } from '../datasets/open-dataset.js';
import { type SampleView, sampleViews } from '../datasets/samples.js';
import type { Experiment } from '../experiment/schema.js';
import type { GroupMistakes } from '../report/page/mistakes.js';
import type { KeptSample, Picture } from '../report/shown-example.js';
import { datasetLabel } from '../tasks/task-label.js';
import { thumbnailOf } from './example-pictures.js';
import { openJournal } from './journal.js';
import { type JournalLine, keptSamplesOf, picturesOf } from './journal-lines.js';

/** Pixels of the longer side, twice the size at which the page shows them. */
const LONGER_SIDE = 224;

/** What decides which samples a dataset has. */
type Sampled = Pick<Experiment, 'tasks' | 'limit' | 'seed'>;

/**
 * Writes down what the journal of the folder does not have yet, so that a run that goes on writes nothing twice.
 *
 * @returns all lines of the journal
 * @throws TurboError when the journal cannot be written
 */
export async function keepMistakePictures(
  folder: string,
  mistakes: readonly GroupMistakes[],
  experiment: Sampled,
): Promise<readonly JournalLine[]> {
  const journal = openJournal(folder, false, () => new Date());
  const lines = [...journal.content.lines];
  const known = new Set(picturesOf(lines).keys());
  const knownOf = keptSamplesOf(lines);
  const append = (line: JournalLine): void => {
    journal.append(line);
    lines.push(line);
  };
  try {
    for (const [dataset, samples] of samplesByDataset(mistakes)) {
      const views = await viewsOf(dataset, experiment);
      for (const sample of samples) {
        const { images = [], text } = views.get(sample) ?? {};
        const pictures = await smallPictures(images);
        if (pictures.length === 0) continue;
        for (const picture of pictures) {
          if (!known.has(picture.key)) append({ kind: 'picture', ...picture });
          known.add(picture.key);
        }
        const kept: KeptSample = {
          pictures: pictures.map(({ key }) => key),
          ...(text === undefined ? {} : { text }),
        };
        if (!isSame(kept, knownOf(dataset, sample))) append({ kind: 'sample', dataset, sample, ...kept });
      }
    }
  } finally {
    journal.close();
  }
  return lines;
}

function isSame({ pictures, text }: KeptSample, other: KeptSample | undefined): boolean {
  return text === other?.text && pictures.join() === other?.pictures.join();
}

function samplesByDataset(mistakes: readonly GroupMistakes[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { dataset, shown } of mistakes)
    found.set(dataset, new Set([...(found.get(dataset) ?? []), ...shown.map(({ sample }) => sample)]));
  return found;
}

/** Of every sample, by its id; empty where the dataset cannot be opened. */
async function viewsOf(
  dataset: string,
  { tasks, limit, seed }: Sampled,
): Promise<ReadonlyMap<string, SampleView>> {
  const task = tasks.find((options) => 'dataset' in options && datasetLabel(options) === dataset);
  if (task === undefined || !('dataset' in task)) return new Map();
  try {
    const opened = await openDataset(task.dataset, {
      seed,
      ...(task.split === undefined ? {} : { split: task.split }),
      ...(limit === undefined ? {} : { limit }),
    });
    return sampleViews(opened);
  } catch {
    return new Map();
  }
}

/** Empty where one of them cannot be decoded. */
async function smallPictures(images: SampleView['images']): Promise<Picture[]> {
  try {
    return await Promise.all(images.map((image) => thumbnailOf(image, LONGER_SIDE)));
  } catch {
    return [];
  }
}
