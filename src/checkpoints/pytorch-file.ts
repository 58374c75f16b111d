/**
 * A checkpoint of `torch.save` (`pytorch_model.bin`, `.pth`, `.pt`), told by its content: a zip, or the pickles from
 * before PyTorch 1.6. Its pickle is read once; the tensors are read by range when asked for.
 */
import { type ByteFile, openByteFile } from './byte-file.js';
import { dtypeByteWidth } from './dtype.js';
import { notACheckpoint } from './not-a-checkpoint.js';
import type { PytorchContent } from './pytorch-content.js';
import { beginsWithPickle, readPytorchLegacy } from './pytorch-legacy.js';
import { readPytorchZip } from './pytorch-zip.js';
import { stateDictTensors } from './state-dict.js';
import { gather, isContiguous, spannedElements } from './strided-view.js';
import type { TensorSource, WeightInfo } from './tensor-source.js';
import type { TorchTensor } from './torch-globals.js';
import { isZip } from './zip.js';

/** A tensor together with the first byte in the file of what is stored under its storage's key. */
interface PlacedTensor {
  readonly tensor: TorchTensor;
  readonly storageOffset: number;
}

/** Opens `path` and reads its pickle; the tensors stay on the disk. */
export function openPytorchFile(path: string): TensorSource {
  const file = openByteFile(path);
  try {
    const content = readContent(file);
    const placed = new Map<string, PlacedTensor>();
    for (const [name, tensor] of stateDictTensors(content.value, path))
      placed.set(name, { tensor, storageOffset: content.storageOffset(tensor.storage, name) });
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

function readContent(file: ByteFile): PytorchContent {
  if (isZip(file)) return readPytorchZip(file);
  if (beginsWithPickle(file)) return readPytorchLegacy(file);
  throw notACheckpoint(file);
}

function infoOf(name: string, placed: PlacedTensor, path: string): WeightInfo {
  const { storage, view } = placed.tensor;
  const info: WeightInfo = { name, dtype: storage.dtype, shape: view.shape };
  if (!isContiguous(view)) return info;
  return { ...info, location: { file: path, ...spannedBytes(placed) } };
}

/** The bytes of the file from the first to the last element of the view. */
function spannedBytes({ tensor, storageOffset }: PlacedTensor): { offset: number; byteLength: number } {
  const { storage, view } = tensor;
  const width = dtypeByteWidth[storage.dtype];
  return {
    offset: storageOffset + (storage.firstElement + view.offset) * width,
    byteLength: spannedElements(view) * width,
  };
}

function readPlaced(file: ByteFile, placed: PlacedTensor): Uint8Array<ArrayBuffer> {
  const { offset, byteLength } = spannedBytes(placed);
  const bytes = file.read(offset, byteLength);
  const { storage, view } = placed.tensor;
  return isContiguous(view) ? bytes : gather(view, bytes, dtypeByteWidth[storage.dtype]);
}
