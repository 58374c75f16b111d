/** Rows for the report page: what every variant says about samples, names that want to be markup, and very many trials. */
import type { ShownExample } from '../../../src/report/shown-example.js';
import type { TrialRow } from '../../../src/report/trial-row.js';
import { classificationRows, exampleRow } from '../example-rows.js';

const SAID: Readonly<Record<string, readonly [string, number]>> = {
  none: ['a cat and a dog on the mat', 2],
  turbo: ['a cat and a dog on the mat', 2],
  tome: ['a cat and two dogs on a rug', 1.2],
  random: ['a fish', 0.1],
};

function example(said: string, score: number, picture: string): ShownExample {
  return { sample: 'images/1.webp', picture, question: null, said, expected: 'cat and dog on a mat', score };
}

/** A captioning run whose unreduced model is right where two variants are not. */
export function captionRows(picture = 'p1'): TrialRow[] {
  return Object.entries(SAID).map(([method, [said, score]], at) =>
    exampleRow({
      ...{ trial: `c-${method}`, model: './models/blip', task: 'captioning', dataset: 'scenes', method },
      parameters: method === 'none' ? {} : { tokensPerLayer: 16 },
      ...{ samples: 60, imagesPerSecond: 10 + at, speedup: 1 + at / 10, metrics: { cider: score } },
      ...{ speedupLow: 0.98 + at / 10, speedupHigh: 1.02 + at / 10 },
      examples: [example(said, score, picture)],
    }),
  );
}

/** What an attacker, or an unlucky user, might name things. */
export const HOSTILE = {
  markup: '<img src=x onerror="alert(1)">',
  script: '</script><script>alert(2)</script>',
  comment: '<!--',
  emoji: '👩🏽‍🚀 naïve “quoted” \'single\' "double" / \\ & %00',
  long: 'w'.repeat(300),
} as const;

/** Rows in which every text of a person is one of those names. */
export function hostileRows(): TrialRow[] {
  return classificationRows().map((row, at) => ({
    ...row,
    experiment: HOSTILE.script,
    model: `./models/${HOSTILE.emoji}`,
    dataset: HOSTILE.markup,
    device: HOSTILE.comment,
    method: row.method === 'tome' ? HOSTILE.markup : row.method === 'pruning' ? HOSTILE.long : row.method,
    reason: at % 3 === 0 ? HOSTILE.script : HOSTILE.long,
    status: at % 5 === 4 ? ('invalid' as const) : row.status,
    examples: [
      {
        sample: HOSTILE.markup,
        picture: 'p',
        question: HOSTILE.script,
        said: at % 2 === 0 ? HOSTILE.markup : HOSTILE.long,
        expected: HOSTILE.emoji,
        score: 1 - at / 100,
      },
    ],
  }));
}

/** `count` trials with ten samples each, as a large sweep has them. */
export function manyRows(count: number): TrialRow[] {
  const like = classificationRows().filter(({ method }) => method !== 'none');
  return Array.from({ length: count }, (_, at): TrialRow => {
    const row = like[at % like.length]!;
    const isBaseline = at === 0;
    return {
      ...row,
      trial: `t${at}`,
      method: isBaseline ? 'none' : row.method,
      parameters: isBaseline
        ? {}
        : { tokensPerLayer: 1 + (at % 40), alpha: at % 7, seed: Math.floor(at / 40) },
      speedup: isBaseline ? 1 : row.speedup! + (at % 13) * 0.01,
      metrics: { ...row.metrics, top1: 0.8 - (at % 40) * 0.004 },
      examples: Array.from({ length: 10 }, (_, sample) => ({
        ...example(
          `a ${['cat', 'dog', 'fox'][(at + sample) % 3]} number ${(at * sample) % 17}`,
          0,
          `p${sample}`,
        ),
        ...{ sample: `images/${sample}`, score: ((at + sample) % 10) / 10 },
      })),
    };
  });
}
