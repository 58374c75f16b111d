/** The largest number that fits, found by doubling and then by bisection. */

/**
 * @param fits whether a batch of this size runs; what is smaller than one that fits is taken to fit too
 * @param most the largest that is of use
 * @returns 0 where not even 1 fits
 */
export async function largestThatFits(
  fits: (size: number) => Promise<boolean>,
  most: number,
): Promise<number> {
  let [fitting, tooLarge] = [0, most + 1];
  for (let size = 1; fitting < most; size = Math.min(2 * size, most)) {
    if (await fits(size)) fitting = size;
    else {
      tooLarge = size;
      break;
    }
  }
  while (tooLarge - fitting > 1) {
    const middle = Math.floor((fitting + tooLarge) / 2);
    if (await fits(middle)) fitting = middle;
    else tooLarge = middle;
  }
  return fitting;
}
