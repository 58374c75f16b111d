/** A smaller part of a dataset, drawn by the seed: the same for every variant, every run and every machine. */
import { seededRandom } from '../random/seeded.js';
import type { ClassificationContent, DatasetContent, RetrievalContent } from './dataset.js';

/** At most `limit` samples; of a classification dataset equally many of each class, as far as they go. */
export function subset(content: DatasetContent, limit: number, seed: number): DatasetContent {
  return content.kind === 'classification'
    ? classificationSubset(content, limit, seed)
    : retrievalSubset(content, limit, seed);
}

/** Classes take turns, in random order, each giving its samples in random order; what is chosen keeps its order. */
function classificationSubset(
  content: ClassificationContent,
  limit: number,
  seed: number,
): ClassificationContent {
  const byClass = new Map<number, number[]>();
  content.samples.forEach(({ label }, index) => {
    const members = byClass.get(label);
    if (members === undefined) byClass.set(label, [index]);
    else members.push(index);
  });
  const turns = [...byClass].flatMap(([label, members]) =>
    seededRandom(seed, 'subset', label)
      .shuffle(members)
      .map((index, turn) => ({ index, turn, label })),
  );
  const order = new Map(
    seededRandom(seed, 'subset')
      .shuffle([...byClass.keys()])
      .map((label, at) => [label, at]),
  );
  const chosen = turns
    .sort((a, b) => a.turn - b.turn || order.get(a.label)! - order.get(b.label)!)
    .slice(0, limit)
    .map(({ index }) => index)
    .sort((a, b) => a - b);
  return { ...content, samples: chosen.map((index) => content.samples[index]!) };
}

/** Pictures with all their captions. */
function retrievalSubset(content: RetrievalContent, limit: number, seed: number): RetrievalContent {
  const chosen = seededRandom(seed, 'subset')
    .shuffle(content.images.map((_, index) => index))
    .slice(0, limit)
    .sort((a, b) => a - b);
  const place = new Map(chosen.map((index, at) => [index, at]));
  return {
    kind: 'image-text',
    images: chosen.map((index) => content.images[index]!),
    captions: content.captions.flatMap(({ text, image }) => {
      const at = place.get(image);
      return at === undefined ? [] : [{ text, image: at }];
    }),
  };
}
