/** The tasks of one model, each prepared once in every precision, with the ranges that are found on its samples. */
import { canonicalJson } from '../experiment/canonical-json.js';
import { DEFAULT_CALIBRATION_SAMPLES } from '../experiment/measure-options.js';
import type { ImagePool } from '../images/image-pool.js';
import type { Precision } from '../precision/precision.js';
import type { Ranges } from '../precision/ranges.js';
import type { TaskOptions } from '../tasks/options.js';
import { prepareTask } from '../tasks/prepare.js';
import type { AnyPreparedTask, PreparedTask } from '../tasks/task.js';
import { calibrate, withoutRanges } from './calibrate.js';
import type { ModelOnEngine } from './open-variant.js';
import { sessionOptionsOf } from './session-options.js';

export interface PreparedTasks {
  /** What a task computes itself, with the text tower for one, is computed in the precision of the variant that it scores. */
  prepared(options: TaskOptions, precision: Precision): Promise<AnyPreparedTask>;
  /** Of the image encoder on the samples of a task; undefined for a precision that needs none. */
  rangesFor(precision: Precision, options: TaskOptions, task: PreparedTask): Promise<Ranges | undefined>;
}

/** @param pool makes the images for calibration; asked for only when there is something to calibrate */
export function prepareTasks({ model, engine, setup }: ModelOnEngine, pool: () => ImagePool): PreparedTasks {
  const tasks = new Map<string, Promise<AnyPreparedTask>>();
  const ranges = new Map<string, Promise<Ranges>>();
  return {
    prepared(options, precision) {
      const key = canonicalJson({ options, precision });
      const session = { ...sessionOptionsOf(setup.engine), precision: withoutRanges(precision) };
      const task =
        tasks.get(key) ??
        prepareTask(options, { model, engine, session, limit: setup.limit, seed: setup.seed });
      tasks.set(key, task);
      return task;
    },
    async rangesFor(precision, options, task) {
      if (precision !== 'int8-static') return undefined;
      const key = canonicalJson(options);
      const found =
        ranges.get(key) ??
        calibrate({
          ...{ model, engine, outputs: task.outputs, pool: pool() },
          session: sessionOptionsOf(setup.engine),
          samples: [...task.references, ...task.samples],
          count: setup.engine.calibrationSamples ?? DEFAULT_CALIBRATION_SAMPLES,
        });
      ranges.set(key, found);
      return found;
    },
  };
}
