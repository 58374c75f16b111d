/**
 * `pytorch_model.bin`: a zip of one pickle (`data.pkl`), which describes tensors, and one stored entry per storage
 * (`data/0`, …), which is read by range.
 *
 * Source: `torch/serialization.py`, `_save` and `_load`.
 */
import { TurboError } from '../errors/turbo-error.js';
import { type ByteFile, openByteFile } from './byte-file.js';
import { dtypeByteWidth } from './dtype.js';
import { unpickle } from './pickle.js';
import { gather, isContiguous, spannedElements } from './strided-view.js';
import type { TensorSource, WeightInfo } from './tensor-source.js';
import { storageOfPersistentId, TorchTensor, torchGlobals } from './torch-globals.js';
import { isZip, readZipDirectory, type ZipEntry } from './zip.js';

/** Training scripts put the weights under one of these keys, beside epochs and options. */
const wrappers = ['state_dict', 'model'];
const longestPickleBytes = 256 << 20;

/** A tensor together with the first byte of its storage in the file. */
interface PlacedTensor {
  readonly tensor: TorchTensor;
  readonly storageOffset: number;
}

/** Opens `path` and reads its pickle; the tensors stay on the disk. */
export function openPytorchFile(path: string): TensorSource {
  const file = openByteFile(path);
  try {
    if (!isZip(file)) throw notZip(file);
    const placed = placedTensors(file);
    return {
      tensors: new Map([...placed].map(([name, tensor]) => [name, infoOf(name, tensor, path)])),
      readBytes(name) {
        const found = placed.get(name);
        if (found === undefined) throw new Error(`${path} has no tensor ${name}`);
        return readPlaced(file, found);
      },
      close: file.close,
    };
  } catch (thrown) {
    file.close();
    throw thrown;
  }
}

function placedTensors(file: ByteFile): Map<string, PlacedTensor> {
  const entries = readZipDirectory(file);
  const pickleName = [...entries.keys()].find(
    (name) => name === 'data.pkl' || /^[^/]+\/data\.pkl$/.test(name),
  );
  if (pickleName === undefined) {
    throw new TurboError('The archive has no data.pkl.', {
      where: file.path,
      allowed: 'a file of torch.save',
    });
  }
  const prefix = pickleName.slice(0, -'data.pkl'.length);
  requireLittleEndian(file, entries.get(`${prefix}byteorder`));
  const tensors = new Map<string, PlacedTensor>();
  for (const [name, value] of stateDict(file, entries.get(pickleName)!)) {
    if (typeof name !== 'string' || !(value instanceof TorchTensor)) continue;
    tensors.set(name, { tensor: value, storageOffset: storageOffset(file, entries, prefix, name, value) });
  }
  return tensors;
}

function stateDict(file: ByteFile, { offset, byteLength }: ZipEntry): Map<unknown, unknown> {
  if (byteLength > longestPickleBytes) {
    throw new TurboError(`data.pkl has ${byteLength} bytes; at most ${longestPickleBytes} are allowed.`, {
      where: file.path,
    });
  }
  const { value } = unpickle(file.read(offset, byteLength), {
    where: file.path,
    globals: torchGlobals(file.path),
    persistentLoad: (id) => storageOfPersistentId(id, file.path),
  });
  if (!(value instanceof Map)) {
    throw new TurboError('The checkpoint is not a dictionary of tensors.', {
      where: file.path,
      allowed: 'a state dict',
    });
  }
  for (const wrapper of wrappers) {
    const inner: unknown = value.get(wrapper);
    if (inner instanceof Map) return inner;
  }
  return value;
}

function storageOffset(
  file: ByteFile,
  entries: ReadonlyMap<string, ZipEntry>,
  prefix: string,
  name: string,
  { storage }: TorchTensor,
): number {
  const entry = entries.get(`${prefix}data/${storage.key}`);
  const needed = storage.elementCount * dtypeByteWidth[storage.dtype];
  if (entry === undefined || entry.byteLength < needed) {
    throw new TurboError(
      `The storage of ${name} has ${entry?.byteLength ?? 0} bytes, but ${needed} are needed.`,
      {
        where: file.path,
        next: 'download or copy the file again',
      },
    );
  }
  return entry.offset;
}

function infoOf(name: string, placed: PlacedTensor, path: string): WeightInfo {
  const { storage, view } = placed.tensor;
  const info: WeightInfo = { name, dtype: storage.dtype, shape: view.shape };
  if (!isContiguous(view)) return info;
  return { ...info, location: { file: path, ...byteRange(placed) } };
}

/** The bytes from the first to the last element of the view. */
function byteRange({ tensor: { storage, view }, storageOffset }: PlacedTensor): ZipEntry {
  const width = dtypeByteWidth[storage.dtype];
  return { offset: storageOffset + view.offset * width, byteLength: spannedElements(view) * width };
}

function readPlaced(file: ByteFile, placed: PlacedTensor): Uint8Array<ArrayBuffer> {
  const { offset, byteLength } = byteRange(placed);
  const bytes = file.read(offset, byteLength);
  const { storage, view } = placed.tensor;
  return isContiguous(view) ? bytes : gather(view, bytes, dtypeByteWidth[storage.dtype]);
}

function requireLittleEndian(file: ByteFile, entry: ZipEntry | undefined): void {
  if (entry === undefined) return;
  const order = new TextDecoder().decode(file.read(entry.offset, Math.min(entry.byteLength, 16)));
  if (order !== 'little') {
    throw new TurboError('The checkpoint was written on a machine of another byte order.', {
      where: file.path,
      value: order,
      allowed: 'little',
    });
  }
}

function notZip(file: ByteFile): TurboError {
  return new TurboError('This is not a PyTorch checkpoint in zip format.', {
    where: file.path,
    allowed: 'a file of torch.save of PyTorch 1.6 or later',
    next: 'save it again with a current PyTorch, or use a safetensors version of this model',
  });
}
