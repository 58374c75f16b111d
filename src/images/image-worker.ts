/** A worker thread that preprocesses images, one message each, and hands the tensor's memory over. */
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf, TurboError } from '../errors/turbo-error.js';
import { preprocessImage } from './preprocess.js';
import type { Preprocessor } from './preprocessor.js';
import type { ImageSource } from './rgb-image.js';

export interface ImageRequest {
  readonly id: number;
  readonly source: ImageSource;
}

/** `what` and `parts` rebuild a `TurboError`; an answer without `parts` reports a defect. */
export type ImageAnswer =
  | { readonly id: number; readonly pixels: Float32Array<ArrayBuffer> }
  | { readonly id: number; readonly what: string; readonly parts?: Omit<TurboError['parts'], 'cause'> };

const { preprocessor } = workerData as { preprocessor: Preprocessor };
const port = parentPort;
if (port === null) throw new Error('image-worker runs in a worker thread only');

port.on('message', async ({ id, source }: ImageRequest) => {
  try {
    const pixels = (await preprocessImage(source, preprocessor)) as Float32Array<ArrayBuffer>;
    port.postMessage({ id, pixels } satisfies ImageAnswer, [pixels.buffer]);
  } catch (thrown) {
    port.postMessage(failure(id, thrown));
  }
});

function failure(id: number, thrown: unknown): ImageAnswer {
  if (!(thrown instanceof TurboError)) return { id, what: messageOf(thrown) };
  const { cause: _, ...parts } = thrown.parts;
  return { id, what: thrown.what, parts };
}
