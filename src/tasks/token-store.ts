/** Generated ids of samples, kept by position until they are scored. */
import type { TensorData } from '../engines/index.js';

export interface TokenStore {
  /** @param rows [positions, length] int64 */
  set(positions: readonly number[], rows: TensorData): void;
  count(): number;
  /** Positions that were set, ascending, each with its ids. */
  entries(): [position: number, ids: number[]][];
}

export function tokenStore(): TokenStore {
  const texts = new Map<number, number[]>();
  return {
    set(positions, { data, shape }) {
      const [, length] = shape as [number, number];
      positions.forEach((position, row) => {
        texts.set(
          position,
          Array.from({ length }, (_, at) => Number(data[row * length + at])),
        );
      });
    },
    count: () => texts.size,
    entries: () => [...texts].sort(([a], [b]) => a - b),
  };
}

/** The ids between a prompt and the end token. */
export function generatedPart(ids: readonly number[], promptLength: number, endId: number): number[] {
  const rest = ids.slice(promptLength);
  const end = rest.indexOf(endId);
  return end < 0 ? rest : rest.slice(0, end);
}
