/** Scores of the pictures of one variant: fidelity to the unmerged ones, and what the task asks of them as pictures. */
import type { RgbImage } from '../../images/rgb-image.js';
import type { SampleOutcome } from '../../metrics/sample-outcome.js';
import type { Inception } from '../../models/inception/open-inception.js';
import { type Metrics, RANDOM_WEIGHTS } from '../task.js';
import { type ClipJudge, type OpenedJudge, openClipJudge } from './clip-judge.js';
import {
  distributionScores,
  type FeatureExtractor,
  type ReferenceFeatures,
  referenceFeatures,
} from './distribution.js';
import { pictureFidelity } from './fidelity.js';
import type { PictureTask } from './prepare.js';

/** Pictures that are there, each read when it is needed. */
export interface PictureSource {
  read(picture: number): Promise<RgbImage>;
}

export interface PictureScores {
  readonly metrics: Metrics;
  /** What is to be said of the metrics; empty for nothing. */
  readonly note: string;
  /** What became of every picture; empty where nothing judges them one by one. */
  readonly outcomes: readonly SampleOutcome[];
  /** PSNR of every picture to the unmerged one, in dB; null for the unmerged ones themselves. */
  readonly psnr: readonly number[] | null;
}

/** Networks that judge pictures, opened by whoever knows where they lie. */
export interface JudgeSources {
  openJudge(reference: string): Promise<OpenedJudge>;
  openInception(): Promise<Inception>;
}

export interface PictureScorer {
  /** @param unmerged pictures of the same seeds without reduction; null where these are the unmerged ones */
  score(pictures: PictureSource, unmerged: PictureSource | null): Promise<PictureScores>;
  close(): Promise<void>;
}

const INCEPTION_WIDTH = 2048;
/** Pictures that a network judges at once. */
const AT_ONCE = 16;

interface Feature {
  readonly extractor: FeatureExtractor;
  /** Null where nothing is compared with a reference. */
  readonly reference: ReferenceFeatures | null;
}

/** Opens what the task asks for, and computes the features of its reference once for all variants. */
export async function openPictureScorer(task: PictureTask, sources: JudgeSources): Promise<PictureScorer> {
  const { options, requests, pipeline, engine, session, seed } = task;
  const { scoreWith, distribution } = options;
  const isRandom = pipeline.weightsKind === 'random';
  let judge: ClipJudge | undefined;
  let inception: Inception | undefined;
  const features: Feature[] = [];
  const close = async (): Promise<void> => {
    await judge?.close();
    await inception?.close();
  };
  const add = async (extractor: FeatureExtractor): Promise<void> => {
    const isCompared = distribution?.features.includes(extractor.kind) === true;
    const reference = isCompared ? await referenceFeatures(distribution, extractor, seed) : null;
    features.push({ extractor, reference });
  };
  try {
    if (scoreWith !== undefined && !isRandom) {
      judge = await openClipJudge(await sources.openJudge(scoreWith), task, engine, session);
      await add({ ...judge, kind: 'clip' });
    }
    if (distribution?.features.includes('inception') === true && !isRandom) {
      const network = await sources.openInception();
      inception = network;
      const embed = async (images: readonly RgbImage[]) => (await network.run(images)).features_2048!;
      await add({ kind: 'inception', name: 'inception', width: INCEPTION_WIDTH, embed });
    }
  } catch (thrown) {
    await close();
    throw thrown;
  }
  return {
    async score(pictures, unmerged) {
      const fidelity = pictureFidelity();
      const rows = features.map(({ extractor }) => new Float32Array(requests.length * extractor.width));
      for (let start = 0; start < requests.length; start += AT_ONCE) {
        const images: RgbImage[] = [];
        for (let at = start; at < Math.min(start + AT_ONCE, requests.length); at++) {
          const image = await pictures.read(at);
          images.push(image);
          if (unmerged !== null) fidelity.add(image, await unmerged.read(at));
        }
        for (const [index, { extractor }] of features.entries())
          rows[index]!.set(await extractor.embed(images), start * extractor.width);
      }
      const compared = features.flatMap(({ extractor, reference }, index) =>
        reference === null ? [] : distributionScores(extractor, rows[index]!, reference, seed),
      );
      const outcomes = judge?.outcomes(rows[0]!) ?? [];
      const judged = judge?.metrics(outcomes) ?? {};
      const notes = [...(isRandom ? [RANDOM_WEIGHTS] : []), ...compared.flatMap((scores) => scores.notes)];
      return {
        metrics: Object.assign(
          {},
          judged,
          fidelity.metrics(),
          ...compared.map(({ metrics }) => metrics),
        ) as Metrics,
        note: notes.join('; '),
        outcomes,
        psnr: unmerged === null ? null : fidelity.psnr(),
      };
    },
    close,
  };
}
