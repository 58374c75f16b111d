/** The weights of a model, whatever files they lie in: one interface over safetensors and PyTorch files, whole or sharded. */
import { statSync } from 'node:fs';
import path from 'node:path';
import { TurboError } from '../errors/turbo-error.js';
import { digestOfFiles } from './digest.js';
import { openPytorchFile } from './pytorch-file.js';
import { beginsAsSafetensors, openSafetensors } from './safetensors.js';
import type { TensorSource, WeightInfo } from './tensor-source.js';
import { findWeightFiles, type WeightFiles } from './weight-files.js';
import { widenToFloat32 } from './widen.js';

export type { WeightInfo } from './tensor-source.js';

export interface Weights {
  readonly folder: string;
  /** The files that hold the weights, absolute, sorted. */
  readonly files: readonly string[];
  /** All tensors, sorted. */
  names(): string[];
  info(name: string): WeightInfo | undefined;
  /** A float32 copy, row-major; float16 and bfloat16 are widened, float64 is rounded. */
  readFloat32(name: string): Float32Array;
  /** Row-major little-endian bytes in the stored dtype. */
  readBytes(name: string): Uint8Array<ArrayBuffer>;
  /** sha256 over the weight files, computed once. */
  digest(): Promise<string>;
  close(): void;
}

/**
 * Opens the weights of a Hugging Face folder (`model.safetensors`, sharded, `pytorch_model.bin`, or a single `.pth`) or a weight file.
 * Headers are read and checked here; tensors are read when asked for.
 *
 * @param variant e.g. `fp16` for `model.fp16.safetensors`
 */
export async function openWeights(location: string, options: { variant?: string } = {}): Promise<Weights> {
  const found = findWeightFiles(location, options.variant);
  const sources = new Map<string, TensorSource>();
  try {
    for (const file of found.files) sources.set(file, openTensorFile(file));
    return weightsOf(found, sources);
  } catch (thrown) {
    for (const source of sources.values()) source.close();
    throw thrown;
  }
}

/**
 * Opens a checkpoint that is one file without a config, such as the official `.pth` files of BLIP: safetensors, or
 * either format of `torch.save`, told by its content.
 */
export async function openCheckpointFile(location: string): Promise<Weights> {
  const file = path.resolve(location);
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
    throw new TurboError('This is a folder, not a checkpoint file.', {
      where: file,
      allowed: 'a .pth, .pt, .bin or .safetensors file',
      next: 'name the file in it',
    });
  }
  return weightsOf({ folder: path.dirname(file), files: [file] }, new Map([[file, openTensorFile(file)]]));
}

/** A file that is named safetensors is read as nothing else; any other is told by its content. */
function openTensorFile(file: string): TensorSource {
  return file.endsWith('.safetensors') || beginsAsSafetensors(file)
    ? openSafetensors(file)
    : openPytorchFile(file);
}

function weightsOf(found: WeightFiles, sources: ReadonlyMap<string, TensorSource>): Weights {
  const sourceOfTensor = found.fileOfTensor
    ? shardedSources(found.fileOfTensor, sources)
    : new Map(
        [...sources.values()].flatMap((source) => [...source.tensors.keys()].map((name) => [name, source])),
      );
  const names = [...sourceOfTensor.keys()].sort();
  let digest: Promise<string> | undefined;

  const readBytes = (name: string): Uint8Array<ArrayBuffer> => {
    const source = sourceOfTensor.get(name);
    if (source === undefined) {
      throw new TurboError('The checkpoint lacks a tensor.', { value: name, where: found.folder });
    }
    return source.readBytes(name);
  };
  const info = (name: string): WeightInfo | undefined => sourceOfTensor.get(name)?.tensors.get(name);

  return {
    folder: found.folder,
    files: found.files,
    names: () => [...names],
    info,
    readBytes,
    readFloat32(name) {
      const bytes = readBytes(name);
      return widenToFloat32(name, info(name)!.dtype, bytes);
    },
    digest() {
      digest ??= digestOfFiles(found.files);
      return digest;
    },
    close() {
      for (const source of sources.values()) source.close();
    },
  };
}

/** Follows the index; a tensor that its shard does not hold is an error, and all of them are named. */
function shardedSources(
  fileOfTensor: ReadonlyMap<string, string>,
  sources: ReadonlyMap<string, TensorSource>,
): Map<string, TensorSource> {
  const result = new Map<string, TensorSource>();
  const absent: string[] = [];
  for (const [name, file] of fileOfTensor) {
    const source = sources.get(file);
    if (source?.tensors.has(name)) result.set(name, source);
    else absent.push(`${name} (${file})`);
  }
  if (absent.length > 0) {
    throw new TurboError(`The index names tensors that their files do not hold: ${absent.join(', ')}.`, {
      next: 'download the model again; index and shards are not of one version',
    });
  }
  return result;
}
