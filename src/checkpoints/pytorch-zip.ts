/**
 * The format of `torch.save` since PyTorch 1.6: a zip of one pickle (`data.pkl`), which describes tensors, and one stored
 * entry per storage (`data/0`, …), which is read by range.
 *
 * Source: `torch/serialization.py`, `_save` and `_load`.
 */
import { TurboError } from '../errors/turbo-error.js';
import { type ByteFile, byteRange } from './byte-file.js';
import { dtypeByteWidth } from './dtype.js';
import { unpickle } from './pickle.js';
import { PickleBytes } from './pickle-bytes.js';
import { longestPickleBytes, type PytorchContent } from './pytorch-content.js';
import { storageOfPersistentId, torchGlobals } from './torch-globals.js';
import { damaged, readZipDirectory, type ZipEntry } from './zip.js';

/** Reads the pickle and finds the storages; their bytes stay on the disk. */
export function readPytorchZip(file: ByteFile): PytorchContent {
  const entries = readZipDirectory(file);
  const deflated = [...entries].find(([, { isDeflated }]) => isDeflated)?.[0];
  if (deflated !== undefined)
    throw damaged(file, `${deflated} is compressed; PyTorch stores entries as they are`);
  const pickleName = [...entries.keys()].find(
    (name) => name === 'data.pkl' || /^[^/]+\/data\.pkl$/.test(name),
  );
  if (pickleName === undefined) {
    throw new TurboError('The archive has no data.pkl.', {
      where: file.path,
      allowed: 'a file of torch.save',
      next: 'if it is an archive of other files, unpack it and name the checkpoint in it',
    });
  }
  const prefix = pickleName.slice(0, -'data.pkl'.length);
  requireLittleEndian(file, entries.get(`${prefix}byteorder`));
  return {
    value: readPickle(file, entries.get(pickleName)!),
    storageOffset(storage, tensor) {
      const entry = entries.get(`${prefix}data/${storage.key}`);
      const needed = storage.storedElements * dtypeByteWidth[storage.dtype];
      if (entry !== undefined && entry.byteLength >= needed) return entry.offset;
      throw new TurboError(
        `The storage of ${tensor} has ${entry?.byteLength ?? 0} bytes, but ${needed} are needed.`,
        { where: file.path, next: 'download or copy the file again' },
      );
    },
  };
}

function readPickle(file: ByteFile, { offset, byteLength }: ZipEntry): unknown {
  if (byteLength > longestPickleBytes) {
    throw new TurboError(`data.pkl has ${byteLength} bytes; at most ${longestPickleBytes} are allowed.`, {
      where: file.path,
    });
  }
  return unpickle(new PickleBytes(byteRange(file, offset, byteLength), file.path), {
    globals: torchGlobals(file.path),
    persistentLoad: (id) => storageOfPersistentId(id, file.path),
  });
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
