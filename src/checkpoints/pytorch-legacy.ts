/**
 * The format of `torch.save` before PyTorch 1.6, still written by `_use_new_zipfile_serialization=False`: five pickles one
 * after another (magic number, version, facts about the system, the object, the keys of its storages), then the
 * storages in the order of the keys, each an int64 element count and its raw bytes.
 *
 * Source: `torch/serialization.py`, `_legacy_save` and `_legacy_load`.
 */
import { z } from 'zod';
import { TurboError } from '../errors/turbo-error.js';
import { type ByteFile, byteRange } from './byte-file.js';
import { dtypeByteWidth } from './dtype.js';
import { unpickle } from './pickle.js';
import { PickleBytes } from './pickle-bytes.js';
import { longestPickleBytes, type PytorchContent } from './pytorch-content.js';
import { storageOfPersistentId, type TorchStorage, torchGlobals } from './torch-globals.js';

const magicNumber = 0x1950a86a20f9469cfc6cn;
const protocolVersion = 1001;
const countBytes = 8;

const protoOpcode = 0x80;
const protocols = { oldest: 2, newest: 5 };

/** Of the facts about the system only the byte order matters here: counts are int64 on all of them. */
const SystemFacts = z.map(z.unknown(), z.unknown());
const StorageKeys = z.array(z.string());

/** Whether the file begins as a pickle does. */
export function beginsWithPickle(file: ByteFile): boolean {
  if (file.byteLength < 2) return false;
  const [opcode, protocol] = file.read(0, 2);
  return opcode === protoOpcode && protocol! >= protocols.oldest && protocol! <= protocols.newest;
}

/** Reads the pickles and the element count of every storage; the storages' bytes stay on the disk. */
export function readPytorchLegacy(file: ByteFile): PytorchContent {
  const where = file.path;
  const bytes = new PickleBytes(byteRange(file, 0, Math.min(file.byteLength, longestPickleBytes)), where);
  const storages = new Map<string, TorchStorage>();
  const globals = torchGlobals(where);
  const next = (): unknown =>
    unpickle(bytes, { globals, persistentLoad: (id) => register(storages, id, where) });

  if (next() !== magicNumber) throw notTorchSave(where);
  const version = next();
  if (version !== protocolVersion) throw unknownVersion(version, where);
  requireLittleEndian(next(), where);
  const value = next();
  const keys = StorageKeys.safeParse(next());
  if (!keys.success) throw damaged('its list of storages is not a list of texts', where);
  const offsets = placeStorages(file, bytes.position, keys.data, storages);
  return { value, storageOffset: ({ key }) => offsets.get(key)! };
}

/** One storage is named as often as tensors view it, each time with the same dtype and size. */
function register(storages: Map<string, TorchStorage>, id: unknown, where: string): TorchStorage {
  const storage = storageOfPersistentId(id, where);
  const known = storages.get(storage.key);
  if (known && (known.dtype !== storage.dtype || known.storedElements !== storage.storedElements))
    throw damaged(`it describes the storage ${storage.key} in two ways`, where);
  storages.set(storage.key, storage);
  return storage;
}

/** First byte of the elements of every storage. */
function placeStorages(
  file: ByteFile,
  start: number,
  keys: readonly string[],
  storages: ReadonlyMap<string, TorchStorage>,
): Map<string, number> {
  const offsets = new Map<string, number>();
  let at = start;
  for (const [index, key] of keys.entries()) {
    const storage = storages.get(key);
    if (storage === undefined) throw damaged(`it lists a storage ${key} that no tensor has`, file.path);
    if (offsets.has(key)) throw damaged(`it lists the storage ${key} twice`, file.path);
    const place = `storage ${key} (${index + 1} of ${keys.length})`;
    if (at + countBytes > file.byteLength) throw endsBefore(file, place, at + countBytes);
    const count = new DataView(file.read(at, countBytes).buffer).getBigInt64(0, true);
    if (count !== BigInt(storage.storedElements)) {
      const said = `${place} states ${count} elements, but the tensors say ${storage.storedElements}`;
      throw damaged(said, file.path);
    }
    offsets.set(key, at + countBytes);
    at += countBytes + storage.storedElements * dtypeByteWidth[storage.dtype];
    if (at > file.byteLength) throw endsBefore(file, place, at);
  }
  const unlisted = [...storages.keys()].find((key) => !offsets.has(key));
  if (unlisted !== undefined)
    throw damaged(`it does not list the storage ${unlisted} of a tensor`, file.path);
  return offsets;
}

function requireLittleEndian(facts: unknown, where: string): void {
  const parsed = SystemFacts.safeParse(facts);
  if (!parsed.success) throw damaged('it says nothing about the system that wrote it', where);
  const little = parsed.data.get('little_endian');
  if (little !== true) {
    throw new TurboError('The checkpoint was written on a machine of another byte order.', {
      where,
      value: { little_endian: little },
      allowed: '{"little_endian": true}',
      next: 'load it with PyTorch on that machine, and save it as safetensors',
    });
  }
}

function notTorchSave(where: string): TurboError {
  return new TurboError('This is a pickle, but not one of torch.save.', {
    where,
    allowed: 'a checkpoint written by torch.save, or safetensors',
    next: 'write the weights with torch.save(model.state_dict(), "model.pth")',
  });
}

function unknownVersion(version: unknown, where: string): TurboError {
  return new TurboError('The checkpoint is of an unknown version of the format before PyTorch 1.6.', {
    where,
    value: typeof version === 'number' ? version : typeof version,
    allowed: String(protocolVersion),
    next: 'load it with PyTorch and save it again',
  });
}

function endsBefore(file: ByteFile, what: string, needed: number): TurboError {
  return new TurboError(
    `The file ends before the end of ${what}: it has ${file.byteLength} bytes, ${needed} are needed (truncated?).`,
    { where: file.path, next: 'download or copy the file again' },
  );
}

function damaged(how: string, where: string): TurboError {
  return new TurboError(`The checkpoint is damaged: ${how}.`, {
    where,
    allowed: 'storages as the tensors describe them, each listed once',
    next: 'download or copy the file again',
  });
}
