/**
 * A program that is timed: a process of its own, so that thread pools and memory do not meet, told line by line what to do.
 *
 * Protocol: it prints `ready`; on `run` it runs once and prints `{"wallMs", "cpuMs"}`; on `logits` it prints the first
 * image's logits as a JSON list; it ends when its input does.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

export interface Reading {
  readonly wallMs: number;
  /** Of all its threads; tells more than `wallMs` on a machine that does other things as well. */
  readonly cpuMs: number;
}

export interface Contestant {
  readonly name: string;
  run(): Promise<Reading>;
  logits(): Promise<number[]>;
  stop(): void;
}

/** Starts a program and waits until it is ready. */
export async function startContestant(
  name: string,
  command: string,
  args: readonly string[],
): Promise<Contestant> {
  const child: ChildProcess = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const complaints: string[] = [];
  child.stderr!.on('data', (chunk: Buffer) => complaints.push(chunk.toString()));
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (!done) return value as string;
    throw new Error(`${name} ended early:\n${complaints.join('').slice(-2000)}`);
  };
  const ask = async <Answer>(what: string): Promise<Answer> => {
    child.stdin!.write(`${what}\n`);
    return JSON.parse(await answer()) as Answer;
  };
  const first = await answer();
  if (first !== 'ready') throw new Error(`${name} said ${first} instead of ready`);
  return {
    name,
    run: () => ask<Reading>('run'),
    logits: () => ask<number[]>('logits'),
    stop: () => child.stdin!.end(),
  };
}

/** Longer than the threads of ONNX Runtime and OpenMP wait busily for more work once a run is over. */
const SETTLE_MS = 60;

/**
 * One reading in a round of several contestants: after the threads of the one before have gone to sleep, and behind a run that
 * brings this one's weights back into the caches. Without either, who comes first in the round looks up to a tenth faster.
 */
export async function turn(contestant: Contestant): Promise<Reading> {
  await pause(SETTLE_MS);
  await contestant.run();
  return contestant.run();
}
