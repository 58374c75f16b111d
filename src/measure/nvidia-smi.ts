/** Questions to `nvidia-smi`, the program that comes with the driver of NVIDIA GPUs. Source: `nvidia-smi --help`. */
import { type ChildProcess, spawn } from 'node:child_process';

/** Starts nvidia-smi with these arguments, or something that plays it; its standard output is a pipe. */
export type StartNvidiaSmi = (args: readonly string[]) => ChildProcess;

export const startNvidiaSmi: StartNvidiaSmi = (args) =>
  spawn('nvidia-smi', [...args], { stdio: ['ignore', 'pipe', 'ignore'] });

/** Answers without headings and units. */
export const CSV = '--format=csv,noheader,nounits';
const ANSWER_MS = 10_000;

/** What it prints, line by line, when it has ended. @throws Error when it cannot be started */
export async function askNvidiaSmi(
  start: StartNvidiaSmi,
  args: readonly string[],
): Promise<{ readonly lines: readonly string[]; readonly code: number | null }> {
  const child = start(args);
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  const timer = setTimeout(() => child.kill(), ANSWER_MS);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { lines: text.split('\n').filter((line) => line.trim() !== ''), code };
  } finally {
    clearTimeout(timer);
  }
}

/** Bytes that a process holds on all GPUs together; null where the driver does not tell, as in many containers. */
export async function gpuMemoryBytes(start: StartNvidiaSmi, pid: number): Promise<number | null> {
  try {
    const { lines } = await askNvidiaSmi(start, ['--query-compute-apps=pid,used_memory', CSV]);
    const mebibytes = lines
      .map((line) => line.split(',').map((cell) => Number.parseFloat(cell)))
      .filter(([owner, used]) => owner === pid && Number.isFinite(used))
      .map(([, used]) => used!);
    return mebibytes.length === 0 ? null : mebibytes.reduce((sum, used) => sum + used, 0) * 2 ** 20;
  } catch {
    return null;
  }
}
