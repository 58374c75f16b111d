/** What each method does, in two sentences, with its source: the notes below a report. */

export interface MethodNote {
  readonly method: string;
  readonly text: string;
  /** Empty for a control of our own. */
  readonly source: string;
  readonly url: string;
}

export const METHOD_NOTES: readonly MethodNote[] = [
  {
    method: 'turbo',
    text: 'Merges tokens that are redundant and carry little meaning: redundancy R between the keys of two tokens, minus α times the attention that the class token pays. α = 0 is ToMe.',
    source: 'Turbo, ECCV 2024',
    url: 'https://arxiv.org/abs/2312.07408',
  },
  {
    method: 'tome',
    text: 'Merges the most similar tokens by bipartite matching over the keys.',
    source: 'Token Merging: Your ViT But Faster, ICLR 2023',
    url: 'https://arxiv.org/abs/2210.09461',
  },
  {
    method: 'tomesd',
    text: 'Token merging for Stable Diffusion: merges before and restores after attention, with one destination per cell of the latent grid.',
    source: 'Token Merging for Fast Stable Diffusion, 2023',
    url: 'https://arxiv.org/abs/2303.17604',
  },
  {
    method: 'pruning',
    text: 'Drops the tokens that receive the least attention; nothing is merged.',
    source: 'EViT, ICLR 2022, without its fused token',
    url: 'https://arxiv.org/abs/2202.07800',
  },
  {
    method: 'random',
    text: 'Merges tokens drawn by lot: what any choice at all would cost.',
    source: '',
    url: '',
  },
];

/** How the figures came about, whatever was measured. */
export const MEASURING_NOTES: readonly string[] = [
  'Speed-up: the variant and the unreduced model run in turn on the same batches, in one process; the median of the pairwise ratios, with a 95 % bootstrap interval.',
  'Accuracy: the outputs of the timed passes are the predictions that are scored.',
  '†: an accuracy that cannot be told from that of the unreduced model on these samples (McNemar or paired bootstrap, p ≥ 0.05 after Holm over the variants of the table). It does not say that the two are equal.',
  'FLOP ratio: operations of the unreduced model ÷ operations of this one, counted from the graph; a multiply-add counts 2.',
  'Peak memory: of a process that loads this variant alone.',
  'Not valid: too few runs, scattered or drifting timings, a clock too coarse, an output that is not finite, token sizes that do not add up, or samples without a prediction. Such a trial is shown hollow or struck through, and never counts as a result.',
];
