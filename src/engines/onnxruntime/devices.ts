/**
 * The devices of ONNX Runtime: which of its execution providers computes on each, what that needs, and how it is asked for.
 *
 * Source: https://onnxruntime.ai/docs/execution-providers; what the package for Node hands on of a provider's options is declared in
 * `inference-session.d.ts` of onnxruntime-common.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { listSupportedBackends } from 'onnxruntime-node';
import { z } from 'zod';
import { oneOf } from '../../errors/did-you-mean.js';
import { TurboError } from '../../errors/turbo-error.js';
import type { SessionOptions } from '../engine.js';

const BufferCache = z.enum(['disabled', 'lazyRelease', 'simple', 'bucket']).optional();

interface Provider {
  /** As onnxruntime-node is asked for it. */
  readonly name: string;
  /** As profiles call it. */
  readonly reportedAs: string;
  readonly options: z.ZodObject;
  /** Whether it takes the number of a device. */
  readonly numbered: boolean;
  /** What the machine must have. */
  readonly needs: string;
  /** What to do where it is not usable. */
  readonly next: string;
}

const INSTALL_CUDA = 'npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12';

const providers: Readonly<Record<string, Provider>> = {
  cpu: {
    ...{ name: 'cpu', reportedAs: 'CPUExecutionProvider', options: z.strictObject({}), numbered: false },
    ...{ needs: 'nothing', next: 'npm ci' },
  },
  webgpu: {
    ...{ name: 'webgpu', reportedAs: 'WebGpuExecutionProvider', numbered: false },
    options: z.strictObject({
      preferredLayout: z.enum(['NCHW', 'NHWC']).optional(),
      validationMode: z.enum(['disabled', 'wgpuOnly', 'basic', 'full']).optional(),
      enableRobustness: z.boolean().optional(),
      storageBufferCacheMode: BufferCache,
      uniformBufferCacheMode: BufferCache,
      queryResolveBufferCacheMode: BufferCache,
      defaultBufferCacheMode: BufferCache,
    }),
    needs: 'a GPU with a driver for Vulkan (Linux), Direct3D 12 (Windows) or Metal (macOS)',
    next: 'On Linux: apt-get install libvulkan1 mesa-vulkan-drivers, or the driver of the GPU; vulkaninfo --summary lists what there is.',
  },
  cuda: {
    ...{ name: 'cuda', reportedAs: 'CUDAExecutionProvider', options: z.strictObject({}), numbered: true },
    needs: 'Linux on x64, an NVIDIA GPU with its driver, CUDA 12 and cuDNN 9',
    next: INSTALL_CUDA,
  },
  coreml: {
    ...{ name: 'coreml', reportedAs: 'CoreMLExecutionProvider', numbered: false },
    options: z.strictObject({ coreMlFlags: z.int().min(0).optional() }),
    needs: 'macOS',
    next: 'Run it on a Mac, or take another device.',
  },
  directml: {
    ...{ name: 'dml', reportedAs: 'DmlExecutionProvider', options: z.strictObject({}), numbered: true },
    needs: 'Windows 10 or newer and a GPU with Direct3D 12',
    next: 'Run it on Windows, or take another device.',
  },
};

export const onnxruntimeDevices: readonly string[] = Object.keys(providers);

/** GPUs and accelerators, those first whose kernels are the most complete. */
export const acceleratorsByPreference: readonly string[] = ['cuda', 'directml', 'coreml', 'webgpu'];

/** What this installation offers, handed in so that tests need none of it. */
export interface Installation {
  /** Names of providers. */
  readonly backends: () => readonly string[];
  /** Whether a file lies beside the library of ONNX Runtime. */
  readonly hasLibrary: (name: string) => boolean;
  readonly platform: string;
}

const installed: Installation = {
  backends: () => listSupportedBackends().map(({ name }) => name),
  hasLibrary: (name) => existsSync(join(libraryFolder(), name)),
  platform: `${process.platform} on ${process.arch}`,
};

const CUDA_LIBRARY = { linux: 'libonnxruntime_providers_cuda.so', win32: 'onnxruntime_providers_cuda.dll' };

/** Refuses a device that there is not, that this platform does not have, or whose libraries are not installed; opens nothing. */
export function requireDevice(device: string, installation: Installation = installed): void {
  const { name, needs, next } = providerOf(device);
  if (!installation.backends().includes(name))
    throw new TurboError(`onnxruntime-node has no ${device} for this platform`, {
      ...{ value: installation.platform, allowed: `with ${needs}`, next },
    });
  if (device !== 'cuda' || Object.values(CUDA_LIBRARY).some(installation.hasLibrary)) return;
  throw new TurboError('onnxruntime-node is installed without the libraries for the device cuda', {
    ...{ value: Object.values(CUDA_LIBRARY)[0], allowed: `with ${needs}`, next },
  });
}

/** What went wrong when a session was opened on a device, told by what the device needs; undefined where that says nothing of it. */
export function missingDevice(device: string, message: string): TurboError | undefined {
  const { needs, next } = providerOf(device);
  const isMissing =
    /WebGPU adapter|No supported adapters|no available backend|shared library|load library|no CUDA-capable|CUDA driver|Invalid CUDA device|device_id/i.test(
      message,
    );
  if (!isMissing) return undefined;
  return new TurboError(`onnxruntime cannot open the device ${device}`, {
    ...{ value: firstLine(message), allowed: `with ${needs}`, next },
  });
}

/** The device as onnxruntime-node takes it. @throws TurboError for options that it would not hand on */
export function executionProvider({
  device = 'cpu',
  deviceId,
  providerOptions = {},
}: Pick<SessionOptions, 'device' | 'deviceId' | 'providerOptions'>): { readonly name: string } {
  const { name, options, numbered } = providerOf(device);
  if (deviceId !== undefined && !numbered)
    throw new TurboError(`the device ${device} takes no number`, {
      ...{ value: deviceId, where: 'engine.deviceId' },
      allowed: `with ${onnxruntimeDevices.filter((other) => providers[other]!.numbered).join(' and ')}`,
      ...(device === 'webgpu'
        ? {
            next: 'The driver chooses the GPU: VK_ICD_FILENAMES or MESA_VK_DEVICE_SELECT name another one on Linux.',
          }
        : {}),
    });
  const known = Object.keys(options.shape);
  for (const key of Object.keys(providerOptions))
    if (!known.includes(key))
      throw new TurboError(`the device ${device} has no option of this name`, {
        ...{ value: key, where: 'engine.providerOptions' },
        allowed: known.length === 0 ? 'none' : oneOf(key, known),
      });
  const parsed = options.safeParse(providerOptions);
  if (!parsed.success)
    throw new TurboError(`an option of the device ${device} has a wrong value`, {
      ...{ value: providerOptions, where: 'engine.providerOptions' },
      allowed: z.prettifyError(parsed.error),
    });
  return { name, ...parsed.data, ...(deviceId === undefined ? {} : { deviceId }) };
}

/** `WebGpuExecutionProvider` → `webgpu`; the name itself for a provider that is none of these. */
export function deviceReportedAs(reported: string): string {
  return onnxruntimeDevices.find((device) => providers[device]!.reportedAs === reported) ?? reported;
}

function providerOf(device: string): Provider {
  const provider = Object.hasOwn(providers, device) ? providers[device] : undefined;
  if (provider !== undefined) return provider;
  throw new TurboError('onnxruntime has no such device', {
    value: device,
    allowed: oneOf(device, [...onnxruntimeDevices, 'auto']),
  });
}

function libraryFolder(): string {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node');
  return join(entry, '../../bin/napi-v6', process.platform, process.arch);
}

const ESCAPE = String.fromCharCode(27);

/** Without the colours of a log, and without the place in the sources where a check failed. */
function firstLine(message: string): string {
  const line = message.split('\n')[0]!.split(ESCAPE)[0]!.trim();
  return line.split(' was false. ').at(-1)!;
}
