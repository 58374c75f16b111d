/** Generated pictures that a report shows side by side, one for every variant. */

export interface ShownPicture {
  /** Its number among the pictures of the trial. */
  readonly position: number;
  readonly prompt: string;
  /** Key of its thumbnail. */
  readonly picture: string;
  /** To the unmerged picture of the same prompt and seed, in dB; null for the unmerged one itself. */
  readonly psnr: number | null;
}
