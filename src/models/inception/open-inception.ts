/** The InceptionV3 of a weight file on an engine: pictures in, features out. */
import { openCheckpointFile } from '../../checkpoints/weights.js';
import type { Engine, SessionOptions } from '../../engines/index.js';
import { TurboError } from '../../errors/turbo-error.js';
import type { RgbImage } from '../../images/rgb-image.js';
import { checkParameters } from '../check-parameters.js';
import { checkpointParameters, type ParameterSource, parametersTakenBy } from '../parameters.js';
import { type InceptionOutput, inceptionGraph, inceptionOutputs } from './inception-v3.js';
import { INCEPTION_SIDE, type InceptionConvention, inceptionPixels } from './pixels.js';
import { FID_INCEPTION } from './weight-file.js';

export interface InceptionOptions {
  readonly engine: Engine;
  readonly session: SessionOptions;
  /** Default `features_2048` alone. */
  readonly outputs?: readonly InceptionOutput[];
  /** Default `pytorch-fid`. */
  readonly convention?: InceptionConvention;
}

export interface Inception {
  /** @returns one row per picture for every output, `[pictures, inceptionOutputs[name]]` */
  run(images: readonly RgbImage[]): Promise<Partial<Record<InceptionOutput, Float32Array>>>;
  /** sha256 of the weight file. */
  digest(): Promise<string>;
  close(): Promise<void>;
}

/** Opens the network. Throws where the file does not hold its tensors. @param file what `resolveInceptionFile` gives */
export async function openInception(file: string, options: InceptionOptions): Promise<Inception> {
  const { engine, session: sessionOptions, outputs = ['features_2048'], convention } = options;
  const source = checkpointParameters(await openCheckpointFile(file));
  try {
    checkWeights(source, file);
    const session = await engine.createSession(inceptionGraph(source.parameters, outputs), sessionOptions);
    return {
      async run(images) {
        const perPicture = 3 * INCEPTION_SIDE ** 2;
        const data = new Float32Array(images.length * perPicture);
        for (const [at, image] of images.entries())
          inceptionPixels(image, convention, data.subarray(at * perPicture, (at + 1) * perPicture));
        const shape = [images.length, 3, INCEPTION_SIDE, INCEPTION_SIDE];
        const results = await session.run({ pixels: { dtype: 'float32', shape, data } });
        return Object.fromEntries(outputs.map((name) => [name, results[name]!.data as Float32Array]));
      },
      digest: () => source.digest(),
      async close() {
        await session.release();
        source.close();
      },
    };
  } catch (thrown) {
    source.close();
    throw thrown;
  }
}

/** Compares the file with what the network takes, before anything is computed from it. */
function checkWeights({ stored }: ParameterSource, file: string): void {
  const all = Object.keys(inceptionOutputs) as InceptionOutput[];
  const expected = parametersTakenBy((recorder) => void inceptionGraph(recorder, all));
  try {
    checkParameters(expected, stored ?? new Map(), file);
  } catch (thrown) {
    if (!(thrown instanceof TurboError)) throw thrown;
    throw new TurboError(thrown.what, {
      ...thrown.parts,
      next: `use ${FID_INCEPTION.name} of pytorch-fid; the inception_v3 of torchvision is another network`,
    });
  }
}
