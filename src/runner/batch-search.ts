/**
 * What `batchSize: max` is for a trial: the largest batch at which baseline and variant run side by side, each size tried in a process of its own,
 * which ends itself before the machine runs out of memory. Found once for a model, a task and a number of threads.
 */
import { isOutOfMemory } from '../engines/index.js';
import { messageOf, TurboError } from '../errors/turbo-error.js';
import { canonicalJson } from '../experiment/canonical-json.js';
import { MOST_IMAGES_IN_BATCH } from '../experiment/measure-options.js';
import type { JournalLine } from './journal-lines.js';
import { largestThatFits } from './largest-batch.js';
import type { PlannedTrial } from './plan.js';
import type { WorkerSetup } from './worker-messages.js';
import { type StartWorker, WorkerCrash, type WorkerProcess } from './worker-process.js';

export interface BatchSearch {
  /** The batch size of a trial, looked for where the experiment says `max`. @throws TurboError where not even one sample fits */
  sizeFor(planned: PlannedTrial): Promise<number>;
  /** The same where it is known already. */
  knownSize(planned: PlannedTrial): number | undefined;
  kill(): void;
}

export interface BatchSearchTools {
  readonly startWorker: StartWorker;
  setupFor(planned: PlannedTrial, batchSize: number): WorkerSetup;
  /** Memory that may be taken now, in bytes. */
  freeBytes(): number;
  notice(text: string): void;
  /** What an earlier run found of a trial. */
  earlier?(planned: PlannedTrial): number | undefined;
}

/** The rest is left to the rest of the machine, and to what a trial holds beside its sessions: decoded pixels. */
const SHARE_OF_FREE_MEMORY = 0.7;

export function createBatchSearch(tools: BatchSearchTools): BatchSearch {
  const found = new Map<string, number>();
  let trying: WorkerProcess | undefined;

  async function fits(planned: PlannedTrial, size: number, limit: number): Promise<boolean> {
    const worker = tools.startWorker({ ...tools.setupFor(planned, size), memoryLimitBytes: limit });
    trying = worker;
    try {
      await worker.run({ kind: 'fit', task: planned.trial.task });
      return true;
    } catch (thrown) {
      const isTooLarge = thrown instanceof WorkerCrash || isOutOfMemory(thrown);
      if (!isTooLarge) throw thrown;
      if (size > 1) return false;
      throw new TurboError('Not even a batch of one sample fits into the memory', {
        value: messageOf(thrown),
        where: `${planned.trial.model.name}, measure.batchSize: max`,
        next: 'Free memory, or take a smaller model or image size.',
      });
    } finally {
      trying = undefined;
      await worker.close();
    }
  }

  async function search(planned: PlannedTrial): Promise<number> {
    const limit = Math.floor(SHARE_OF_FREE_MEMORY * tools.freeBytes());
    const most = Math.max(1, Math.min(MOST_IMAGES_IN_BATCH, planned.samples));
    const label = `largest batch of ${planned.trial.model.name} ${planned.taskLabel}`;
    tools.notice(`looking for the ${label}, up to ${most}, within ${(limit / 1e9).toFixed(1)} GB of memory`);
    const size = await largestThatFits((tried) => fits(planned, tried, limit), most);
    tools.notice(`${label}: ${size}${size === most ? ', which is all there is use for' : ''}`);
    return size;
  }

  const knownSize = (planned: PlannedTrial): number | undefined => {
    if (planned.batchSize !== 'max') return planned.batchSize;
    return found.get(keyOf(planned)) ?? tools.earlier?.(planned);
  };
  return {
    knownSize,
    async sizeFor(planned) {
      const size = knownSize(planned) ?? (await search(planned));
      if (planned.batchSize === 'max') found.set(keyOf(planned), size);
      return size;
    },
    kill: () => trying?.kill(),
  };
}

/** Equal for trials that get the same batch: those of a variant and of its baseline are. */
function keyOf({ trial: { model, task }, threads }: PlannedTrial): string {
  return canonicalJson({ model, task, threads });
}

/** Batches that were looked for, so that a run that goes on takes those of the trials that it keeps; one that failed may have been too large. */
export function earlierBatches(
  trials: readonly PlannedTrial[],
  lines: readonly JournalLine[],
): (planned: PlannedTrial) => number | undefined {
  const sizes = new Map(
    lines.flatMap((line) =>
      line.kind === 'trial' && line.row.status !== 'failed' ? [[line.fingerprint, line.row.batchSize]] : [],
    ),
  );
  return (planned) => {
    const key = keyOf(planned);
    const alike = trials.filter((other) => other.batchSize === 'max' && keyOf(other) === key);
    return alike.map(({ fingerprint }) => sizes.get(fingerprint)).find((size) => typeof size === 'number');
  };
}
