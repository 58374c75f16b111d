/** Two pictures that are held against each other, and what every measure of their similarity asks of them. */
import { TurboError } from '../../errors/turbo-error.js';
import type { RgbImage } from '../../images/rgb-image.js';

/** Throws unless both pictures have the same size, and one that their data fill. */
export function requireSameSize(a: RgbImage, b: RgbImage): void {
  for (const { width, height, data } of [a, b]) {
    if (width * height * 3 === data.length && data.length > 0) continue;
    throw new TurboError('A picture does not hold what its size promises', {
      value: { width, height, bytes: data.length },
      allowed: 'width × height × 3 bytes, at least one pixel',
    });
  }
  if (a.width === b.width && a.height === b.height) return;
  throw new TurboError('Two pictures of different size cannot be compared pixel by pixel', {
    value: [`${a.width} × ${a.height}`, `${b.width} × ${b.height}`],
    allowed: 'two pictures of the same width and height',
    next: 'generate both pictures at one size',
  });
}
