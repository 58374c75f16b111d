/**
 * The cache in the memory of the process: one array per layer, by position, with room for all of them.
 *
 * ONNX Runtime reads it in place through a view, and a step adds the rows of its own token at the end; nothing that is there moves until images leave the batch.
 */
import { pickRows, type Session, type TensorData, tensorData } from '../engines/index.js';
import { type DecoderCache, type Feeds, OF_IMAGE, OF_TEXT } from './decoder-cache.js';

/** Names of the outputs of a step that a cache in memory asks for: the rows of its token, not all that is kept. */
export function stepOutputsOnHost(names: readonly string[]): readonly string[] {
  return names.filter((name) => !name.startsWith('joined_'));
}

export interface HostCacheOptions {
  readonly promptSession: Session;
  readonly stepSession: Session;
  readonly beams: number;
  /** Positions at most. */
  readonly maxLength: number;
}

export function hostCache({ promptSession, stepSession, beams, maxLength }: HostCacheOptions): DecoderCache {
  const ofImage = new Map<string, TensorData>();
  const ofText = new Map<string, Float32Array>();
  let images = 0;
  let width = 0;
  let rowCount = 0;
  const room = (): Float32Array => new Float32Array(maxLength * images * beams * width);
  const views = (): [string, TensorData][] => {
    const shape = beams === 1 ? [rowCount / images, images, width] : [rowCount, width];
    return [...ofText].map(([name, rows]) => [name, tensorData(rows.subarray(0, rowCount * width), shape)]);
  };
  return {
    async prompt(feeds, count) {
      images = count;
      const outputs = await promptSession.run(feeds);
      for (const [name, value] of Object.entries(outputs)) {
        if (OF_IMAGE.test(name)) ofImage.set(name, value);
        if (!OF_TEXT.test(name)) continue;
        const [positions, , columns] = value.shape as [number, number, number];
        width = columns;
        rowCount = positions * images;
        const rows = room();
        rows.set(value.data as Float32Array);
        ofText.set(name, rows);
      }
      return outputs;
    },
    async step(feeds) {
      const kept: Feeds = Object.fromEntries([...ofImage, ...views()]);
      const outputs = await stepSession.run({ ...feeds, ...kept });
      for (const [name, rows] of ofText)
        rows.set(outputs[`new_${name}`]!.data as Float32Array, rowCount * width);
      rowCount += images * beams;
      return outputs;
    },
    async keep(kept, rows) {
      for (const [name, value] of ofImage) ofImage.set(name, pickRows(value, kept));
      images = kept.length;
      rowCount = rows.length;
      for (const [name, values] of ofText) {
        const picked = room();
        for (let at = 0; at < rows.length; at++)
          picked.set(values.subarray(rows[at]! * width, (rows[at]! + 1) * width), at * width);
        ofText.set(name, picked);
      }
    },
    release() {
      ofImage.clear();
      ofText.clear();
    },
  };
}
