/**
 * SPICE: F-score of the objects, attributes and relations that a caption and its references state.
 *
 * Source: Anderson et al., "SPICE: Semantic Propositional Image Caption Evaluation" (ECCV 2016); the program is theirs, version 1.0, and is run
 * as pycocoevalcap runs it (https://github.com/tylin/coco-caption): JSON in, JSON out, parsed references kept in a cache folder.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { TurboError } from '../../errors/turbo-error.js';
import { type CaptionedImage, requireReferences } from './captioned-image.js';
import { type JavaTools, requireJavaMetric, startJava } from './java-metrics.js';

export interface SpiceScores {
  /** Mean over the images. */
  spice: number;
  /** `[images]`; NaN where the program gives no score. */
  perImage: Float64Array;
}

const Results = z.array(
  z.object({
    image_id: z.int(),
    scores: z.object({ All: z.object({ f: z.number().nullish() }) }),
  }),
);

/**
 * @param images captions as Penn Treebank tokens joined by spaces, from `tokenizeCaptions`
 * @param folder for the files of the program; its cache stays there and makes the next run fast
 * @throws TurboError when Java or a jar is missing, or when the program fails
 */
export async function spice(
  images: readonly CaptionedImage[],
  folder: string,
  tools: JavaTools,
): Promise<SpiceScores> {
  requireReferences(images);
  const jar = await requireJavaMetric('SPICE', tools);
  const cache = resolve(folder, 'cache');
  await mkdir(cache, { recursive: true });
  const exchange = await mkdtemp(resolve(folder, 'run-'));
  try {
    const input = join(exchange, 'in.json');
    const output = join(exchange, 'out.json');
    const items = images.map(({ candidate, references }, image) => ({
      image_id: image,
      test: candidate,
      refs: references,
    }));
    await writeFile(input, JSON.stringify(items));
    const files = [input, '-cache', cache, '-out', output];
    const java = startJava(
      'SPICE',
      ['-jar', '-Xmx8G', jar, ...files, '-subset', '-silent'],
      dirname(jar),
      tools,
    );
    java.child.stdout?.resume();
    await java.ended;
    const perImage = readResults(await readFile(output, 'utf8').catch(() => ''), images.length, output);
    return { spice: perImage.reduce((sum, score) => sum + score, 0) / perImage.length, perImage };
  } finally {
    await rm(exchange, { recursive: true, force: true });
  }
}

function readResults(text: string, images: number, where: string): Float64Array {
  const perImage = new Float64Array(images).fill(Number.NaN);
  const results = Results.safeParse(parsed(text));
  if (!results.success || results.data.length !== images)
    throw new TurboError('The Java program of SPICE wrote something else than one score per image', {
      where,
      value: results.success ? results.data.length : results.error.message,
      allowed: `${images} scores`,
      next: 'Check that the jar is version 1.0 (TURBO_BENCH_JARS).',
    });
  for (const { image_id: image, scores } of results.data) perImage[image] = scores.All.f ?? Number.NaN;
  return perImage;
}

/** Null, which no schema takes, for a text that is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
