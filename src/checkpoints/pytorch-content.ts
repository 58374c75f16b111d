/** What both formats of `torch.save` hold: one pickled object, and behind it the bytes of the storages that it names. */
import type { TorchStorage } from './torch-globals.js';

export interface PytorchContent {
  /** What was saved: plain containers, numbers, texts, and `TorchTensor` in the place of tensors. */
  readonly value: unknown;
  /**
   * First byte in the file of what is stored under the key of `storage`; all of it lies in the file.
   *
   * @param tensor name for error messages
   */
  storageOffset(storage: TorchStorage, tensor: string): number;
}

/** A description of tensors is far smaller than this. */
export const longestPickleBytes = 256 << 20;
