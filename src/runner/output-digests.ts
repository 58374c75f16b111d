/** Digests of what a network put out for every image, so that two ways of running it can be held against each other. */
import { createHash } from 'node:crypto';
import type { Outputs, Scoring } from '../tasks/task.js';

/** By position of the image among the samples. */
export type OutputDigests = ReadonlyMap<number, string>;

/** The same scoring, with a digest of all outputs that it is given; of outputs that come again, the last. */
export function digesting(scoring: Scoring): { readonly scoring: Scoring; readonly digests: OutputDigests } {
  const digests = new Map<number, string>();
  return {
    digests,
    scoring: {
      ...scoring,
      add(positions, outputs) {
        for (const [position, digest] of digestsOf(positions, outputs)) digests.set(position, digest);
        scoring.add(positions, outputs);
      },
    },
  };
}

/** Images that are on both sides, and how many of them differ; an image that one side lacks differs. */
export function compareDigests(
  timed: OutputDigests,
  untimed: OutputDigests,
): { readonly images: number; readonly differingImages: number } {
  const positions = [...new Set([...timed.keys(), ...untimed.keys()])];
  const differing = positions.filter((position) => timed.get(position) !== untimed.get(position));
  return { images: positions.length, differingImages: differing.length };
}

/** One digest for each image; images that share a row of an output, such as the pair of a statement, share its digest. */
function digestsOf(positions: readonly number[], outputs: Outputs): [number, string][] {
  return positions.map((position, at) => {
    const hash = createHash('sha256');
    for (const name of Object.keys(outputs).sort()) {
      const { data, shape } = outputs[name]!;
      const rows = shape[0] ?? 1;
      const row = Math.floor((at * rows) / positions.length);
      const width = data.length / rows;
      hash.update(name).update(bytesOf(data.subarray(row * width, (row + 1) * width)));
    }
    return [position, hash.digest('hex')];
  });
}

function bytesOf({ buffer, byteOffset, byteLength }: NodeJS.ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
