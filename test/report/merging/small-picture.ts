/** A picture of 2 × 3 patches under two reductions, of which one drops a patch. */
import { layerMergings } from '../../../src/reduction/layer-merging.js';
import type { MergingPicture } from '../../../src/report/merging/merging-picture.js';

const ONE_PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';

const semantic = [0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1];
const none = {
  source: [],
  destination: [],
  redundancy: [],
  kept: null,
  sourceToOutput: null,
  semantic: null,
};

/** Class token and six patches: patches 1 and 3 become one, then 0 and 5. */
const merging = layerMergings(
  [
    {
      ...none,
      side: 'image',
      tokenCount: 7,
      semantic,
      sourceToOutput: [0, 3, 4, 1, 4, 5, 2],
      source: [4],
      destination: [2],
      redundancy: [0.75],
    },
    { ...none, side: 'image', tokenCount: 6, sourceToOutput: [0, 1, 2, 2, 3, 4] },
  ],
  1,
);
const dropping = layerMergings(
  [
    { ...none, side: 'image', tokenCount: 7, semantic, kept: [0, 1, 2, 3, 4, 5] },
    { ...none, side: 'image', tokenCount: 6 },
  ],
  1,
);

export function smallPicture(changes: Partial<MergingPicture> = {}): MergingPicture {
  return {
    model: 'tiny',
    name: 'cat.png',
    text: null,
    grid: { rows: 2, columns: 3 },
    pngBase64: ONE_PIXEL,
    patchColors: Array.from({ length: 6 }, (_, patch) => [40 * patch, 0, 255]),
    variants: [
      {
        method: 'turbo',
        parameters: { tokensPerLayer: 1, alpha: 5 },
        layers: merging,
        tokens: { before: 7, after: 5 },
      },
      {
        method: 'pruning',
        parameters: { tokensPerLayer: 1 },
        layers: dropping,
        tokens: { before: 7, after: 6 },
      },
    ],
    ...changes,
  };
}

/** Its first reduction at several α, beside the other one. */
export function withAlphas(alphas: readonly number[]): MergingPicture {
  const picture = smallPicture();
  const [turbo, pruning] = picture.variants;
  const variants = alphas.map((alpha) => ({ ...turbo!, parameters: { tokensPerLayer: 1, alpha } }));
  return { ...picture, variants: [...variants, pruning!] };
}
