/**
 * Which tokens may be given up (sources) and which receive them (destinations).
 *
 * Sources: alternating positions, ToMe (arXiv 2210.09461, section 3); one destination per grid cell, tomesd (arXiv 2303.17604).
 */

/** Positions in the sequence, both lists ascending. */
export interface Partition {
  readonly tokenCount: number;
  readonly sources: readonly number[];
  readonly destinations: readonly number[];
}

/** Even positions are sources, odd ones destinations. A class token at position 0 is a source. */
export function alternating(tokenCount: number): Partition {
  return splitTokens(tokenCount, (position) => position % 2 === 1);
}

/**
 * The top-left token of every complete `strideY × strideX` cell is a destination; all others are sources, those of
 * incomplete cells at the right and bottom edge too. Token = y · width + x.
 */
export function grid(height: number, width: number, strideY: number, strideX: number): Partition {
  const completeHeight = Math.floor(height / strideY) * strideY;
  const completeWidth = Math.floor(width / strideX) * strideX;
  return splitTokens(height * width, (position) => {
    const y = Math.floor(position / width);
    const x = position % width;
    return y < completeHeight && x < completeWidth && y % strideY === 0 && x % strideX === 0;
  });
}

/** The partition in which these tokens are destinations. */
export function splitTokens(tokenCount: number, isDestination: (position: number) => boolean): Partition {
  const positions = Array.from({ length: tokenCount }, (_, position) => position);
  return {
    tokenCount,
    sources: positions.filter((position) => !isDestination(position)),
    destinations: positions.filter(isDestination),
  };
}
