/** Whether something failed because there was not enough memory, of the machine or of its device. */
import { messageOf } from '../errors/turbo-error.js';

/**
 * What C++, V8, ONNX Runtime, CUDA, Direct3D and Dawn say then. A buffer beyond what a device allows at all is told likewise:
 * a smaller batch is the way out of both.
 */
const SAYS_SO = [
  /out of memory/i,
  /bad_alloc/,
  /failed to allocate/i,
  /allocation failed/i,
  /E_OUTOFMEMORY/,
  /invalid (typed )?array length/i,
  /exceeds the max(imum)? (buffer|storage buffer)/i,
];

export function isOutOfMemory(thrown: unknown): boolean {
  const message = messageOf(thrown);
  return SAYS_SO.some((pattern) => pattern.test(message));
}
