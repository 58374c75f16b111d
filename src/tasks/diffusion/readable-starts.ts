/** What image-to-image can start from: pictures that cannot be decoded are left out before anything is made or timed. */
import { TurboError } from '../../errors/turbo-error.js';
import { decodeSource } from '../../images/decode.js';
import type { BadSample } from '../../images/prefetch.js';
import type { PictureRequest } from './picture-requests.js';

export interface ReadableStarts {
  /** In their order; picture i of a task is the i-th of these. */
  readonly requests: readonly PictureRequest[];
  readonly badSamples: readonly BadSample[];
}

/** @throws TurboError when not one of the pictures can be decoded */
export async function readableStarts(wanted: readonly PictureRequest[]): Promise<ReadableStarts> {
  const faults = new Map<string, string | null>();
  const requests: PictureRequest[] = [];
  const badSamples: BadSample[] = [];
  for (const [index, request] of wanted.entries()) {
    const { start } = request;
    if (start !== null && !faults.has(start.id)) faults.set(start.id, await faultOf(start));
    const reason = start === null ? null : faults.get(start.id)!;
    if (reason === null) requests.push(request);
    else badSamples.push({ index, id: start!.id, reason });
  }
  if (requests.length > 0 || wanted.length === 0) return { requests, badSamples };
  const [first] = badSamples;
  throw new TurboError('None of the pictures to start from can be decoded', {
    where: first!.id,
    value: first!.reason,
    next: 'replace the files',
  });
}

async function faultOf({ image }: NonNullable<PictureRequest['start']>): Promise<string | null> {
  try {
    await decodeSource(image);
    return null;
  } catch (thrown) {
    if (thrown instanceof TurboError) return thrown.what;
    throw thrown;
  }
}
