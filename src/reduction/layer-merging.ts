/**
 * What one block did to the tokens of one picture, told by patches: regions, semantic value, redundancy and sizes. The data of every picture of merging.
 *
 * Source: S and R as in Turbo (arXiv 2312.07408, section 3); regions as in ToMe's figures.
 */
import { followTokens, regionsOf, rowsOfKept, type TokenRegions, type TokenRows } from './token-regions.js';

/** What a trace tells of one block and one picture. Positions count within the tokens that the block was given. */
export interface BlockTrace {
  /** Block of the image encoder, or layer of the text side, which lets image tokens go. */
  readonly side: 'image' | 'text';
  readonly tokenCount: number;
  /** The row in which every token ended; null where all keep theirs, or tokens were dropped. */
  readonly sourceToOutput: readonly number[] | null;
  /** Positions that are left, by their rows; null where none were dropped. */
  readonly kept: readonly number[] | null;
  /** S of every token; null where it is not known. */
  readonly semantic: readonly number[] | null;
  readonly source: readonly number[];
  readonly destination: readonly number[];
  readonly redundancy: readonly number[];
}

/** Two tokens that became one, each as the patches that it stood for. */
export interface MergedPair {
  readonly source: readonly number[];
  readonly destination: readonly number[];
  /** R of the two. */
  readonly redundancy: number;
}

export interface LayerMerging {
  readonly side: BlockTrace['side'];
  /** `block 3`, `text layer 0`; in a U-Net the step and the level. */
  readonly name: string;
  /** Patches down and across, where a layer has fewer than the picture. */
  readonly grid?: { readonly rows: number; readonly columns: number };
  /** The block of its side, counted from 0. */
  readonly layer: number;
  /** Tokens of the block before and after the reduction, class token included. */
  readonly tokensBefore: number;
  readonly tokensAfter: number;
  /** The patches by their token after the block. */
  readonly regions: TokenRegions;
  /** For every patch the S that its token had in this block, null for one that was dropped before; null where S is not known. */
  readonly semantic: readonly (number | null)[] | null;
  /** What this block merged. */
  readonly pairs: readonly MergedPair[];
}

/**
 * One entry per block; those of the image encoder come first.
 *
 * @param leading class and distillation token in front of the patches
 */
export function layerMergings(blocks: readonly BlockTrace[], leading: number): LayerMerging[] {
  if (blocks.length === 0) return [];
  const moves = blocks.map(rowsOf);
  const places = followTokens(blocks[0]!.tokenCount, moves);
  const ofImage = blocks.filter(({ side }) => side === 'image').length;
  return blocks.map(({ side, tokenCount, semantic, source, destination, redundancy }, at) => {
    const before = places[at]!.slice(leading);
    const patches = patchesByRow(before);
    const layer = side === 'image' ? at : at - ofImage;
    return {
      side,
      name: side === 'image' ? `block ${layer}` : `text layer ${layer}`,
      layer,
      tokensBefore: tokenCount,
      tokensAfter: new Set(moves[at]!.filter((row) => row !== null)).size,
      regions: regionsOf(places[at + 1]!, leading),
      semantic: semantic && before.map((row) => (row === null ? null : semantic[row]!)),
      pairs: source.map((row, pair) => ({
        source: patches.get(row)!,
        destination: patches.get(destination[pair]!)!,
        redundancy: redundancy[pair]!,
      })),
    };
  });
}

function rowsOf({ tokenCount, kept, sourceToOutput }: BlockTrace): TokenRows {
  if (kept !== null) return rowsOfKept(tokenCount, kept);
  return sourceToOutput ?? Array.from({ length: tokenCount }, (_, position) => position);
}

function patchesByRow(rows: TokenRows): Map<number, number[]> {
  const patches = new Map<number, number[]>();
  for (const [patch, row] of rows.entries()) {
    if (row === null) continue;
    patches.set(row, [...(patches.get(row) ?? []), patch]);
  }
  return patches;
}
