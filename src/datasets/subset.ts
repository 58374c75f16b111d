/** A smaller part of a dataset, drawn by the seed: the same for every variant, every run and every machine. */
import { seededRandom } from '../random/seeded.js';
import type {
  ClassificationContent,
  DatasetContent,
  QuestionAnsweringContent,
  RetrievalContent,
} from './dataset.js';

/** At most `limit` samples; of a classification dataset equally many of each class, as far as they go. */
export function subset(content: DatasetContent, limit: number, seed: number): DatasetContent {
  switch (content.kind) {
    case 'classification':
      return classificationSubset(content, limit, seed);
    case 'image-text':
      return retrievalSubset(content, limit, seed);
    case 'question-answering':
      return questionSubset(content, limit, seed);
    case 'image-pairs':
      return { ...content, pairs: drawn(content.pairs, limit, seed).map((index) => content.pairs[index]!) };
    case 'prompts':
      return {
        ...content,
        prompts: drawn(content.prompts, limit, seed).map((index) => content.prompts[index]!),
      };
  }
}

/** At most `limit` indices, in their order. */
function drawn(samples: readonly unknown[], limit: number, seed: number): number[] {
  return seededRandom(seed, 'subset')
    .shuffle(samples.map((_, index) => index))
    .slice(0, limit)
    .sort((a, b) => a - b);
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
  const chosen = drawn(content.images, limit, seed);
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

/** Questions with the pictures that they are about; all candidate answers stay. */
function questionSubset(
  content: QuestionAnsweringContent,
  limit: number,
  seed: number,
): QuestionAnsweringContent {
  const chosen = drawn(content.questions, limit, seed).map((index) => content.questions[index]!);
  const images = [...new Set(chosen.map(({ image }) => image))];
  const place = new Map(images.map((index, at) => [index, at]));
  return {
    ...content,
    images: images.map((index) => content.images[index]!),
    questions: chosen.map((question) => ({ ...question, image: place.get(question.image)! })),
  };
}
