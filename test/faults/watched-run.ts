/** A run of turbo-bench as a process that is watched from outside: what it told, which workers it has, what it left. */
import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { parseJournal, type RunLine, type TrialLine } from '../../src/runner/journal-lines.js';
import type { Finished, SmallWorld } from '../commands/small-world.js';

export interface WatchedRun {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Short ids of the trials that it said have ended. */
  ended(): readonly string[];
  /** Waits for a text on standard error. @returns false when the run ends without it */
  says(text: string | RegExp): Promise<boolean>;
  /** Waits until so many trials have ended. @returns false when the run ends before */
  reaches(trials: number): Promise<boolean>;
  /** Waits for a worker. @param other than this one @returns undefined when the run ends before there is one */
  worker(other?: number): Promise<number | undefined>;
  isOver(): boolean;
}

const ENDED = /^([0-9a-f]{8,}) .*: /gm;

export function watchRun(world: SmallWorld, ...args: string[]): WatchedRun {
  const { child, finished } = world.start('run', 'small.yaml', ...args);
  let told = '';
  let over = false;
  child.stderr?.on('data', (text: string) => {
    told += text;
  });
  void finished.then(() => {
    over = true;
  });
  const ended = (): string[] => [...told.matchAll(ENDED)].map(([, id]) => id!);
  const until = async (isSo: () => boolean): Promise<boolean> => {
    while (!isSo()) {
      if (over) return false;
      await pause(5);
    }
    return true;
  };
  return {
    ...{ child, finished, ended },
    says: (text) => until(() => (typeof text === 'string' ? told.includes(text) : text.test(told))),
    reaches: (trials) => until(() => ended().length >= trials),
    worker: async (other) => {
      let found: number | undefined;
      await until(() => {
        found = workersOf(child).find((pid) => pid !== other);
        return found !== undefined;
      });
      return found;
    },
    isOver: () => over,
  };
}

/** Processes that this one has started to measure, by /proc. */
export function workersOf({ pid }: ChildProcess): number[] {
  const isOwn = (name: string): boolean => {
    try {
      const parent = /\nPPid:\t(\d+)/.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1];
      return (
        Number(parent) === pid && /runner\/worker\.[jt]s/.test(readFileSync(`/proc/${name}/cmdline`, 'utf8'))
      );
    } catch {
      return false; // Gone meanwhile.
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isOwn(name))
    .map(Number);
}

export function isAlive(pid: number): boolean {
  try {
    return !/\nState:\tZ/.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

export interface LeftJournal {
  readonly runs: readonly RunLine[];
  readonly trials: readonly TrialLine[];
}

/** Of a folder, in which every line must be whole. */
export function journalOf(folder: string): LeftJournal {
  const { lines, damaged } = parseJournal(readFileSync(join(folder, 'journal.jsonl')));
  expect(damaged).toEqual([]);
  return {
    runs: lines.filter((line) => line.kind === 'run'),
    trials: lines.filter((line) => line.kind === 'trial'),
  };
}

/** Everything below a folder, in order. */
export function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}

/** The columns of results.csv that chance and clock do not touch: identity, status, samples, tokens and every accuracy with its comparison. */
export function accuracyColumns(folder: string): string {
  const rows = readFileSync(join(folder, 'results.csv'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/));
  const kept = rows[0]!.flatMap((name, at) =>
    /^(trial|method|tokensPerLayer|status|reason|samples|tokens|top|meanPerClass)/.test(name) ? [at] : [],
  );
  return rows.map((row) => kept.map((at) => row[at]).join(',')).join('\n');
}
