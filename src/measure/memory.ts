/**
 * Memory of a process that loads one variant and runs it: the most that it ever held, and what running took on top of loading.
 *
 * The peak of a process never falls by itself; Linux sets it back to what is held now (`/proc/self/clear_refs`, proc_pid_clear_refs(5)),
 * so that the peak of loading, which is often the higher one, does not hide that of running.
 */
import { writeFileSync } from 'node:fs';

export interface MemoryFigures {
  /** Highest resident set size, from the start of the process to its end. */
  readonly peakRssBytes: number;
  /** Resident set size with everything loaded and nothing run yet. */
  readonly loadedRssBytes: number;
  /** How far running went beyond that; null where loading took more and its peak could not be set back. */
  readonly runRssBytes: number | null;
}

/** What is asked of the system, handed in. */
export interface MemorySystem {
  /** Peak in bytes, since the start or since it was set back. */
  peak(): number;
  /** Resident set size in bytes. */
  resident(): number;
  /** Whether the peak is now what the process holds. */
  setPeakBack(): boolean;
}

const CLEAR_PEAK = '5';
const thisProcess: MemorySystem = {
  peak: () => process.resourceUsage().maxRSS * 1024,
  resident: () => process.memoryUsage.rss(),
  setPeakBack() {
    try {
      writeFileSync('/proc/self/clear_refs', CLEAR_PEAK);
      return true;
    } catch {
      return false;
    }
  },
};

export interface MemoryWatch {
  /** To be called when everything is loaded and nothing has run. */
  loaded(): void;
  /** To be called after the runs. */
  ended(): MemoryFigures;
}

/** The process must be a fresh one: what it held before counts. */
export function watchMemory(system: MemorySystem = thisProcess): MemoryWatch {
  let before = { peak: 0, resident: 0, isSetBack: false };
  return {
    loaded() {
      const [peak, resident] = [system.peak(), system.resident()];
      before = { peak, resident, isSetBack: system.setPeakBack() };
    },
    ended() {
      const after = system.peak();
      const isOfRunning = before.isSetBack || after > before.peak;
      return {
        peakRssBytes: Math.max(before.peak, after),
        loadedRssBytes: before.resident,
        runRssBytes: isOfRunning ? Math.max(0, after - before.resident) : null,
      };
    },
  };
}
