/** Computes something small on a device in a process of its own: a driver that crashes takes that one with it. */
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

export type DeviceTrial =
  | {
      readonly ran: true;
      /** Where the engine says that it ran. */
      readonly device: string;
    }
  | {
      readonly ran: false;
      readonly what: string;
      readonly allowed?: string;
      readonly next?: string;
      /** Whether there is no such device on this machine, and nothing else at fault. */
      readonly isAbsent: boolean;
    };

/** @param device of the engine */
export type TryDevice = (engine: string, device: string) => Promise<DeviceTrial>;

const LONGEST_MS = 120_000;
/** What drivers and Dawn say where there is no GPU. */
const ABSENT = /no supported adapters|failed to get a webgpu adapter|no CUDA-capable device/i;

/** @param longestMs after which the device is said to hang */
export function tryDeviceApart(engine: string, device: string, longestMs = LONGEST_MS): Promise<DeviceTrial> {
  const child = forkProgram([engine, device]);
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      resolve({ ran: false, what: `did nothing for ${longestMs / 1000} s`, isAbsent: false });
    }, longestMs);
    child.once('message', (message) => {
      clearTimeout(timer);
      resolve(judged(message as DeviceTrial));
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      const how = signal === null ? `exit code ${code}` : signal;
      const words = said.trim().split('\n').at(-1) ?? '';
      resolve({ ran: false, what: `the process ended with ${how}${words && `: ${words}`}`, isAbsent: false });
    });
  });
}

function judged(trial: DeviceTrial): DeviceTrial {
  return trial.ran ? trial : { ...trial, isAbsent: ABSENT.test(trial.what) };
}

/** Compiled, or from source when this file runs from source. */
function forkProgram(args: readonly string[]) {
  const compiled = fileURLToPath(new URL('./device-trial-program.js', import.meta.url));
  const fromSource = !existsSync(compiled);
  return fork(fromSource ? compiled.replace(/\.js$/, '.ts') : compiled, args, {
    execArgv: fromSource
      ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href]
      : [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}
