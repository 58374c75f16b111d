/**
 * The devices of TensorFlow.js: which package computes, and how it is opened.
 *
 * `cpu` is plain JavaScript and `wasm` is WebAssembly with SIMD; both use one thread, since TensorFlow.js does not open its
 * threaded WebAssembly in Node (https://github.com/tensorflow/tfjs/issues/3830). `tensorflow` and `gpu` are TensorFlow itself
 * behind `@tensorflow/tfjs-node` and `@tensorflow/tfjs-node-gpu`, which are installed by whoever wants them.
 */
import { createRequire } from 'node:module';
import { backend as currentBackend, enableProdMode, getBackend, setBackend } from '@tensorflow/tfjs-core';
import { oneOf } from '../../errors/did-you-mean.js';
import { messageOf, TurboError } from '../../errors/turbo-error.js';

export interface Backend {
  /** As TensorFlow.js calls it. */
  readonly name: 'cpu' | 'wasm' | 'tensorflow';
  /** Where the operators really run. */
  readonly device: string;
}

interface OptionalPackage {
  readonly name: string;
  readonly needs: string;
}

const optionalPackages: Readonly<Record<string, OptionalPackage>> = {
  tensorflow: {
    name: '@tensorflow/tfjs-node',
    needs: 'TensorFlow 2.9 for the CPU, which the package downloads when it is installed',
  },
  gpu: {
    name: '@tensorflow/tfjs-node-gpu',
    needs: 'Linux or Windows, an NVIDIA GPU with a driver from 450.80 on, CUDA 11.2 and cuDNN 8.1',
  },
};

export const tfjsDevices: readonly string[] = ['cpu', 'wasm', ...Object.keys(optionalPackages)];

/** One on `cpu` and `wasm`; TensorFlow itself takes all cores. */
export function threadLimit(device: string): number | undefined {
  return device in optionalPackages ? undefined : 1;
}

/** How packages are found and loaded; handed in so that tests need none of them. */
export interface PackageLoader {
  /** Throws where the package is not installed. */
  readonly find: (name: string) => unknown;
  readonly load: (name: string) => Promise<unknown>;
}

const installed: PackageLoader = {
  find: (name) => createRequire(import.meta.url).resolve(name),
  load: (name) => import(name),
};

/** Refuses a device that there is not, or whose package is not installed; loads nothing. */
export function requireDevice(device: string, { find }: PackageLoader = installed): void {
  if (!tfjsDevices.includes(device))
    throw new TurboError('tfjs has no such device', { value: device, allowed: oneOf(device, tfjsDevices) });
  const wanted = optionalPackages[device];
  if (wanted === undefined) return;
  try {
    find(wanted.name);
  } catch (cause) {
    throw new TurboError(`tfjs needs a package for the device ${device} that is not installed`, {
      ...{ value: wanted.name, cause },
      allowed: `with ${wanted.needs}`,
      next: `npm install ${wanted.name}`,
    });
  }
}

/** @throws TurboError for a device that cannot be used here, saying what it needs */
export async function openBackend(device: string, loader: PackageLoader = installed): Promise<Backend> {
  requireDevice(device, loader);
  enableProdMode();
  const wanted = optionalPackages[device];
  if (wanted !== undefined) return openTensorflow(wanted, loader);
  const opened: Backend = { name: device as 'cpu' | 'wasm', device };
  await (device === 'cpu' ? import('@tensorflow/tfjs-backend-cpu') : import('@tensorflow/tfjs-backend-wasm'));
  return onBackend(opened, () => opened);
}

async function openTensorflow({ name, needs }: OptionalPackage, { load }: PackageLoader): Promise<Backend> {
  try {
    await load(name);
    const isOnGpu = await onBackend({ name: 'tensorflow' }, usesGpu);
    return { name: 'tensorflow', device: isOnGpu ? 'gpu' : 'tensorflow' };
  } catch (cause) {
    throw new TurboError(`${name} is installed but does not load: ${messageOf(cause)}`, {
      ...{ allowed: `with ${needs}`, cause },
      next: `npm rebuild ${name} --build-addon-from-source`,
    });
  }
}

function usesGpu(): boolean {
  const { isUsingGpuDevice } = currentBackend() as { readonly isUsingGpuDevice?: boolean };
  return isUsingGpuDevice === true;
}

/** TensorFlow.js keeps its backend in one place of the process, and so does this. */
let lastTurn: Promise<unknown> = Promise.resolve();

/**
 * Computes on a backend. TensorFlow.js has one for the whole process, so that sessions on different ones take turns.
 *
 * @param compute runs from beginning to end without waiting for anything
 */
export function onBackend<Result>({ name }: Pick<Backend, 'name'>, compute: () => Result): Promise<Result> {
  const turn = lastTurn.then(async () => {
    if (getBackend() !== name && !(await setBackend(name)))
      throw new TurboError('TensorFlow.js could not start its backend', { value: name });
    return compute();
  });
  lastTurn = turn.catch(() => undefined);
  return turn;
}
