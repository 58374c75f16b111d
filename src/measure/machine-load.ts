/**
 * How much of the cores that the engine works on other processes took.
 *
 * Source: proc_stat(5) and proc_pid_status(5) of the Linux manual. Elsewhere nothing is known and nothing is said.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Now } from './clock.js';

export interface LoadWatch {
  /** Begins a window; an earlier one is forgotten. */
  begin(): void;
  /**
   * Share, 0 to 1, of the engine's cores that other processes kept busy since `begin`, time that a hypervisor gave to other machines
   * included; undefined where it cannot be known, or when the window was too short to tell. Cores that the engine leaves free are counted
   * as taken first: with 4 threads on 16 cores others may keep 12 busy before they take anything.
   */
  end(): number | undefined;
}

/** What is asked of the system, handed in. */
export interface LoadSources {
  /** `/proc`, or a folder that plays it. */
  readonly procFolder: string;
  /** CPU seconds of this process and all its threads so far. */
  readonly ownCpuSeconds: () => number;
  /** Of the engine. */
  readonly threads: number;
  readonly now: Now;
}

/** Of the counters in /proc/stat; the same on all architectures. */
const TICKS_PER_SECOND = 100;
/** Of wall time × cores; below this the ticks are too coarse. */
const SHORTEST_CORE_SECONDS = 1;
/** Columns of /proc/stat that count work: user, nice, system, irq, softirq, steal. Idle and iowait do not; guest time is part of user. */
const BUSY_COLUMNS = [0, 1, 2, 5, 6, 7];

export function loadWatch({ procFolder, ownCpuSeconds, threads, now }: LoadSources): LoadWatch {
  const read = (): Reading | undefined => {
    try {
      const cores = allowedCores(readFileSync(join(procFolder, 'self/status'), 'utf8'));
      const busySeconds = busySecondsOf(readFileSync(join(procFolder, 'stat'), 'utf8'), cores);
      return { cores: cores.length, busySeconds, ownSeconds: ownCpuSeconds(), time: now() };
    } catch {
      return undefined;
    }
  };
  let begun: Reading | undefined;
  return {
    begin() {
      begun = read();
    },
    end() {
      const ended = read();
      return begun === undefined || ended === undefined ? undefined : otherShare(begun, ended, threads);
    },
  };
}

/** CPU seconds of the whole process, as `process.cpuUsage` counts them. */
export function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

interface Reading {
  readonly cores: number;
  readonly busySeconds: number;
  readonly ownSeconds: number;
  /** Milliseconds. */
  readonly time: number;
}

function otherShare(begun: Reading, ended: Reading, threads: number): number | undefined {
  const seconds = (ended.time - begun.time) / 1000;
  const busySeconds = ended.busySeconds - begun.busySeconds;
  // Some sandboxes show a /proc/stat that stands still.
  if (!(seconds * ended.cores >= SHORTEST_CORE_SECONDS) || !(busySeconds > 0)) return undefined;
  const others = (busySeconds - (ended.ownSeconds - begun.ownSeconds)) / seconds;
  const wanted = Math.min(threads, ended.cores);
  return Math.min(1, Math.max(0, (others + wanted - ended.cores) / wanted));
}

/** Numbers of the cores in `Cpus_allowed_list` (`0-3,8`). @throws Error when the line is missing */
export function allowedCores(status: string): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1];
  if (list === undefined) throw new Error('no Cpus_allowed_list');
  return list.split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number);
    return Array.from({ length: last! - first! + 1 }, (_, at) => first! + at);
  });
}

/** CPU seconds that these cores have worked since the machine was started. @throws Error when a core is missing */
export function busySecondsOf(stat: string, cores: readonly number[]): number {
  let ticks = 0;
  for (const core of cores) {
    const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(stat)?.[1];
    if (line === undefined) throw new Error(`no core ${core}`);
    const columns = line.trim().split(/\s+/).map(Number);
    for (const column of BUSY_COLUMNS) ticks += columns[column] ?? 0;
  }
  return ticks / TICKS_PER_SECOND;
}
