/**
 * What became of every patch of a picture: which patches have become one token, block after block.
 *
 * Source: the pictures of ToMe (arXiv 2210.09461, figure 4), which follow every patch to its token through all blocks. A token is known by its row alone;
 * in which order a block hands its tokens on is said in `merge.ts`.
 */

/** For every token of a block the row in which it ended; null for one that was dropped. */
export type TokenRows = readonly (number | null)[];

/** The tokens of a picture as sets of patches. */
export interface TokenRegions {
  /** For every patch its region, null for a dropped one. Regions are numbered from 0 in the order of their first patch. */
  readonly ofPatch: readonly (number | null)[];
  /** Patches in each region. */
  readonly sizes: readonly number[];
}

/** The rows of a block that drops tokens. @param kept positions of the tokens that stay, in the order of their rows */
export function rowsOfKept(tokenCount: number, kept: readonly number[]): TokenRows {
  const rows = new Array<number | null>(tokenCount).fill(null);
  for (const [row, position] of kept.entries()) rows[position] = row;
  return rows;
}

/**
 * The rows of tokens that were merged where they are, as a U-Net merges them: source i goes to destination i, and every other token stays.
 */
export function rowsOfPairs(
  tokenCount: number,
  sources: readonly number[],
  destinations: readonly number[],
): TokenRows {
  const rows = Array.from({ length: tokenCount }, (_, position) => position);
  for (const [pair, source] of sources.entries()) rows[source] = destinations[pair]!;
  return rows;
}

/**
 * Where every token of the first block is before the first block, then after each block: one list more than there are blocks.
 *
 * @param blocks what each block does to the tokens that it is given, in their order
 */
export function followTokens(tokenCount: number, blocks: readonly TokenRows[]): TokenRows[] {
  let places: TokenRows = Array.from({ length: tokenCount }, (_, position) => position);
  const all = [places];
  for (const rows of blocks) {
    places = places.map((row) => (row === null ? null : rows[row]!));
    all.push(places);
  }
  return all;
}

/**
 * The patches by their token. Class and distillation token stand in front of the patches; they are of no region, since no patch is ever merged into them.
 *
 * @param rows where every token of the first block is now
 * @param leading tokens in front of the patches
 * @throws RangeError when a patch shares its row with one of these
 */
export function regionsOf(rows: TokenRows, leading: number): TokenRegions {
  const taken = new Set(rows.slice(0, leading));
  const byRow = new Map<number, number>();
  const sizes: number[] = [];
  const ofPatch = rows.slice(leading).map((row, patch) => {
    if (row === null) return null;
    if (taken.has(row)) throw new RangeError(`patch ${patch} is in row ${row}, that of a protected token`);
    const region = byRow.get(row) ?? sizes.length;
    byRow.set(row, region);
    sizes[region] = (sizes[region] ?? 0) + 1;
    return region;
  });
  return { ofPatch, sizes };
}
