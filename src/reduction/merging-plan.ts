/**
 * The schedule laid out over an encoder: what each block is asked for and what it can give. All of it is known before
 * anything runs, so that every token count in the graph is a number.
 *
 * Source: Turbo (arXiv 2312.07408, section 4); thresholds as in the authors' code (`minTokens`).
 */
import { TurboError } from '../errors/turbo-error.js';
import type { EncoderShape } from './reducer.js';
import { type LayerRange, scheduleOf, type TokensPerLayer } from './tokens-per-layer.js';

/** One block. */
export interface LayerPlan {
  readonly layer: number;
  readonly tokensBefore: number;
  /** What the schedule asks for. */
  readonly requested: number;
  /** What is taken: `requested`, clipped to half of the unprotected tokens, 0 below `minTokens`. */
  readonly taken: number;
  readonly tokensAfter: number;
  /** Counts the blocks that are asked for something, from 0: the `l` of the layer factor β^|γ − l|. */
  readonly mergingIndex: number;
}

export interface MergingSchedule {
  readonly tokensPerLayer: TokensPerLayer;
  readonly layers: LayerRange;
  readonly minTokens: number;
}

/** Tokens at the head of the sequence that are never given up. */
export function protectedTokens(encoder: Pick<EncoderShape, 'classToken' | 'distillationToken'>): number {
  return Number(encoder.classToken) + Number(encoder.distillationToken);
}

/** `requested`, clipped to half of what may be given up; 0 when the sequence is already shorter than `minTokens`. */
export function clipToTokens(
  requested: number,
  tokenCount: number,
  protectedCount: number,
  minTokens = 0,
): number {
  if (tokenCount < minTokens) return 0;
  return Math.max(0, Math.min(requested, Math.floor((tokenCount - protectedCount) / 2)));
}

/**
 * One entry per block of the encoder.
 *
 * @throws TurboError when the schedule or the layer range does not fit the encoder's depth
 */
export function layOut(schedule: MergingSchedule, encoder: EncoderShape): LayerPlan[] {
  const { layerCount } = encoder;
  const last = schedule.layers.to ?? layerCount - 1;
  checkRange(schedule.layers, last, layerCount);
  const asked = askedBy(schedule.tokensPerLayer, layerCount);
  const plan: LayerPlan[] = [];
  let tokens = encoder.tokenCount;
  let mergingIndex = 0;
  for (let layer = 0; layer < layerCount; layer++) {
    const inRange = layer >= schedule.layers.from && layer <= last;
    const requested = inRange ? Math.max(0, asked(layer, tokens)) : 0;
    const taken = clipToTokens(requested, tokens, protectedTokens(encoder), schedule.minTokens);
    plan.push({ layer, tokensBefore: tokens, requested, taken, tokensAfter: tokens - taken, mergingIndex });
    if (requested > 0) mergingIndex++;
    tokens -= taken;
  }
  return plan;
}

/** Layers that gave less than the schedule asked for because they held too few tokens. */
export function clippedLayers(plan: readonly LayerPlan[]): LayerPlan[] {
  return plan.filter(({ requested, taken }) => taken < requested);
}

function askedBy(tokensPerLayer: TokensPerLayer, layerCount: number) {
  try {
    return scheduleOf(tokensPerLayer, layerCount);
  } catch (cause) {
    throw new TurboError('tokensPerLayer lists more layers than the model has', {
      value: tokensPerLayer,
      allowed: `at most ${layerCount} numbers`,
      cause,
    });
  }
}

function checkRange({ from, to }: LayerRange, last: number, layerCount: number): void {
  if (from < layerCount && last < layerCount && from <= last) return;
  throw new TurboError('layers names blocks that the model does not have', {
    value: to === undefined ? { from } : { from, to },
    allowed: `0 ≤ from ≤ to ≤ ${layerCount - 1}`,
  });
}
