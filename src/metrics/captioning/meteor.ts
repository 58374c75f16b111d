/**
 * METEOR: alignment of words by form, stem, synonym and paraphrase.
 *
 * Source: Denkowski and Lavie, "Meteor Universal" (WMT 2014); the program is theirs, version 1.5, and speaks the protocol that
 * pycocoevalcap uses (https://github.com/tylin/coco-caption): a line `SCORE ||| reference ||| … ||| candidate` is answered by a line
 * of statistics, and a line `EVAL ||| statistics ||| …` by one score per image and a last one for the corpus.
 */
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { TurboError } from '../../errors/turbo-error.js';
import { type CaptionedImage, requireReferences } from './captioned-image.js';
import { type JavaTools, requireJavaMetric, startJava } from './java-metrics.js';

export interface MeteorScores {
  /** Of the corpus, from the summed statistics: not the mean of the images. */
  meteor: number;
  /** `[images]` */
  perImage: Float64Array;
}

/**
 * @param images captions as Penn Treebank tokens joined by spaces, from `tokenizeCaptions`
 * @throws TurboError when Java or the jar is missing, or when the program fails
 */
export async function meteor(images: readonly CaptionedImage[], tools: JavaTools): Promise<MeteorScores> {
  requireReferences(images);
  const jar = await requireJavaMetric('METEOR', tools);
  const parameters = ['-jar', '-Xmx2G', jar, '-', '-', '-stdio', '-l', 'en', '-norm'];
  const { child, ended } = startJava('METEOR', parameters, dirname(jar), tools);
  const conversation = async (): Promise<MeteorScores> => {
    const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    const answers = async (count: number): Promise<string[]> => {
      const answered: string[] = [];
      while (answered.length < count) {
        const { value, done } = await lines.next();
        if (done === true) {
          await ended; // Throws its last words, unless it ended well and early.
          throw cutShort(answered.length, count);
        }
        answered.push(value.trim());
      }
      return answered;
    };
    child.stdin!.write(images.map(scoreLine).join(''));
    const statistics = await answers(images.length);
    child.stdin!.end(`EVAL ||| ${statistics.join(' ||| ')}\n`);
    const scores = (await answers(images.length + 1)).map(scoreOf);
    return { meteor: scores[images.length]!, perImage: Float64Array.from(scores.slice(0, images.length)) };
  };
  try {
    const [scores] = await Promise.all([conversation(), ended]);
    return scores;
  } finally {
    child.kill();
  }
}

function scoreLine({ candidate, references }: CaptionedImage): string {
  const plain = candidate.replaceAll('|||', '').replaceAll('  ', ' ');
  return `${['SCORE', ...references, plain].join(' ||| ').replace(/[\r\n]/g, ' ')}\n`;
}

function scoreOf(answer: string): number {
  const score = answer === '' ? Number.NaN : Number(answer);
  if (Number.isFinite(score)) return score;
  throw new TurboError('The Java program of METEOR answered something else than a score', {
    value: answer,
    allowed: 'a number',
    next: 'Check that the jar is version 1.5 (TURBO_BENCH_JARS).',
  });
}

function cutShort(got: number, expected: number): TurboError {
  return new TurboError('The Java program of METEOR ended before it had answered every line', {
    value: got,
    allowed: `${expected} answers`,
    next: 'Check that the jar is version 1.5 (TURBO_BENCH_JARS).',
  });
}
