/**
 * Power of NVIDIA GPUs, as `nvidia-smi` tells it, integrated over time.
 *
 * Source: `nvidia-smi --help-query-gpu`. `power.draw` is the whole board in watts; from Ampere on it is the mean over a second. A sample
 * carries the time at which it was taken, because this process may be too busy to read it then.
 */
import { createInterface } from 'node:readline';
import { messageOf } from '../../errors/turbo-error.js';
import { askNvidiaSmi, CSV, type StartNvidiaSmi } from '../nvidia-smi.js';
import type { MissingMeter } from './rapl.js';

export interface Gpu {
  readonly index: number;
  readonly name: string;
}

export interface PowerSample {
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  readonly gpu: number;
  readonly watts: number;
}

const SAMPLE_EVERY_MS = 100;
const INSTALL = 'install the NVIDIA driver, whose nvidia-smi tells the power';

/**
 * The GPUs whose power can be read, or why it cannot.
 *
 * @param visible `CUDA_VISIBLE_DEVICES`: where it names indices, only those count
 */
export async function findGpus(
  start: StartNvidiaSmi,
  visible: string | undefined,
): Promise<{ readonly gpus: readonly Gpu[]; readonly missing: MissingMeter | null }> {
  const missing = (reason: string, enable = INSTALL) => ({
    gpus: [],
    missing: { meter: 'nvidia-smi', reason, enable } as const,
  });
  let answer: { readonly lines: readonly string[]; readonly code: number | null };
  try {
    answer = await askNvidiaSmi(start, ['--query-gpu=index,name,power.draw', CSV]);
  } catch (thrown) {
    return missing(`nvidia-smi cannot be started (${messageOf(thrown)})`);
  }
  if (answer.code !== 0)
    return missing(`nvidia-smi failed: ${answer.lines[0] ?? `exit code ${answer.code}`}`);
  const wanted = /^\d+(,\d+)*$/.test(visible ?? '') ? visible!.split(',').map(Number) : null;
  const found = answer.lines
    .map((line) => line.split(',').map((cell) => cell.trim()))
    .map(([index, name = '', watts]) => ({
      index: Number(index),
      name,
      watts: Number.parseFloat(watts ?? ''),
    }))
    .filter(({ index }) => wanted === null || wanted.includes(index));
  if (found.length === 0) return missing('nvidia-smi names no GPU that this process may use');
  const silent = found.find(({ watts }) => !Number.isFinite(watts));
  if (silent !== undefined)
    return missing(`GPU ${silent.index} (${silent.name}) does not tell its power`, 'use a GPU that does');
  return { gpus: found.map(({ index, name }) => ({ index, name })), missing: null };
}

export interface PowerSampler {
  /** Waits until a sample of every GPU is at least as new as this moment, or for two seconds. */
  until(timeMs: number): Promise<void>;
  samples(): readonly PowerSample[];
  stop(): void;
}

/** Begins to sample the power in a process of its own. */
export function samplePower(start: StartNvidiaSmi, gpus: readonly Gpu[]): PowerSampler {
  const child = start(['--query-gpu=timestamp,index,power.draw', CSV, `--loop-ms=${SAMPLE_EVERY_MS}`]);
  const samples: PowerSample[] = [];
  let isOver = false;
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  child.once('error', () => {
    isOver = true;
    tell();
  });
  child.once('exit', () => {
    isOver = true;
    tell();
  });
  createInterface({ input: child.stdout! }).on('line', (line) => {
    const sample = parsePowerLine(line);
    if (sample !== undefined) samples.push(sample);
    tell();
  });
  return {
    until: (timeMs) =>
      new Promise((resolve) => {
        const isThere = (): boolean =>
          isOver ||
          gpus.every(({ index }) => samples.some(({ gpu, timeMs: at }) => gpu === index && at >= timeMs));
        const finish = (): void => {
          clearTimeout(timer);
          listeners.delete(look);
          resolve();
        };
        const look = (): void => {
          if (isThere()) finish();
        };
        const timer = setTimeout(finish, 20 * SAMPLE_EVERY_MS);
        listeners.add(look);
        look();
      }),
    samples: () => samples,
    stop: () => void child.kill(),
  };
}

/** `2026/11/25 02:29:35.123, 0, 68.12`, the time being that of this machine; undefined for any other line. */
export function parsePowerLine(line: string): PowerSample | undefined {
  const match = /^(\d+)\/(\d+)\/(\d+) (\d+):(\d+):(\d+)\.(\d{3}), *(\d+), *([\d.]+)\s*(?:W)?$/.exec(
    line.trim(),
  );
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second, thousandth, gpu, watts] = match.slice(1).map(Number);
  const time = new Date(year!, month! - 1, day!, hour!, minute!, second!, thousandth!);
  return { timeMs: time.getTime(), gpu: gpu!, watts: watts! };
}

/**
 * Joules between two moments: trapezoids between the samples, the power at either end being that of the nearest one.
 *
 * @param samples of one GPU, in order of time @returns undefined with fewer than two samples in the window
 */
export function integratePower(
  samples: readonly PowerSample[],
  fromMs: number,
  toMs: number,
): number | undefined {
  const inside = samples.filter(({ timeMs }) => timeMs > fromMs && timeMs < toMs);
  if (inside.length < 2) return undefined;
  const points = [
    { timeMs: fromMs, watts: powerAt(samples, fromMs) },
    ...inside,
    { timeMs: toMs, watts: powerAt(samples, toMs) },
  ];
  let joules = 0;
  for (const [at, { timeMs, watts }] of points.slice(1).entries()) {
    const before = points[at]!;
    joules += ((watts + before.watts) / 2) * ((timeMs - before.timeMs) / 1000);
  }
  return joules;
}

/** Linear between the two nearest samples, flat beyond the first and the last. */
function powerAt(samples: readonly PowerSample[], timeMs: number): number {
  const after = samples.findIndex((sample) => sample.timeMs >= timeMs);
  if (after === 0) return samples[0]!.watts;
  const low = samples.at(after < 0 ? -1 : after - 1)!;
  if (after < 0) return low.watts;
  const high = samples[after]!;
  const share = (timeMs - low.timeMs) / (high.timeMs - low.timeMs);
  return low.watts + share * (high.watts - low.watts);
}
