/** Tasks with text beside the image on the tiny BLIPs of the goldens, run beside their baseline. */
import { openEngine } from '../../src/engines/index.js';
import { TurboError } from '../../src/errors/turbo-error.js';
import type { ImagePool } from '../../src/images/image-pool.js';
import { seededRandom } from '../../src/random/seeded.js';
import type { CrossModal } from '../../src/reduction/cross-modal.js';
import { parseReduction } from '../../src/reduction/registry.js';
import type { TextMerging } from '../../src/reduction/text-merging.js';
import { runTrial } from '../../src/runner/run-trial.js';
import { TaskOptions } from '../../src/tasks/options.js';
import { prepareTask } from '../../src/tasks/prepare.js';
import type { PreparedTask } from '../../src/tasks/task.js';
import type { BlipGolden } from '../models/blip/blip-golden.js';

export const engine = await openEngine('onnxruntime');

export const LIMIT = 6;
export const settingOf = ({ model }: BlipGolden) => ({
  model,
  engine,
  session: { threads: 1 },
  limit: LIMIT,
  seed: 0,
});

/** Pixels that depend on the file alone, as decoding would give them. */
export function pool(bad: (file: string) => boolean = () => false): ImagePool {
  return {
    threads: 0,
    async preprocess(image) {
      const file = (image as { path: string }).path;
      if (bad(file)) throw new TurboError('the file is not a picture');
      const { normal } = seededRandom(file.split('/').at(-1)!);
      return Float32Array.from({ length: 3 * 64 * 64 }, normal);
    },
    close: async () => {},
  };
}

export async function prepared(golden: BlipGolden, options: object): Promise<PreparedTask> {
  const task = await prepareTask(TaskOptions.parse(options), settingOf(golden));
  if (task.kind !== 'scored') throw new Error('a measurement');
  return task;
}

/** Runs a task beside its baseline. */
export async function run(
  golden: BlipGolden,
  task: PreparedTask,
  {
    batchSize = 3,
    crossModal = null as CrossModal | null,
    textMerging = null as TextMerging | null,
    images = pool(),
  } = {},
) {
  const open = async (reduction: object, cross: CrossModal | null, text: TextMerging | null) => {
    const vision = golden.model.buildVision({ reduction: parseReduction(reduction), outputs: task.outputs });
    return {
      encoder: await engine.createSession(vision.graph, { threads: 1 }),
      textSide: await task.openTextSide!({
        imageTokens: vision.tokensAfterBlock.at(-1)!,
        crossModal: cross,
        textMerging: text,
      }),
    };
  };
  const baseline = await open({ method: 'none' }, null, null);
  const variant = await open({ method: 'turbo', tokensPerLayer: 8, alpha: 1 }, crossModal, textMerging);
  const seen = await runTrial({
    task,
    variant,
    baseline,
    pool: images,
    image: { height: 64, width: 64, channels: 3 },
    tokenMass: null,
    timing: { warmupSeconds: 0, minSeconds: 0, minRuns: 2 },
    batchSize,
    now: () => performance.now(),
  });
  for (const { encoder, textSide } of [baseline, variant]) {
    await encoder.release();
    await textSide.release();
  }
  return seen;
}
