/** How much a row reduces: by r tokens in every layer, or by a share of them. The two never stand on one axis or one line. */
import type { TrialRow } from '../trial-row.js';

/** Tokens in every layer, or a share of them from 0 to 1. */
export type AmountKind = 'tokens' | 'share';

export interface Amount {
  kind: AmountKind;
  value: number;
  /** Of a ramp `{r, inflect}` the value is what it merges per layer on average. */
  isRamp: boolean;
}

/** The parameters that hold the amount; `inflect` does not count, so that ramps are lines of their own. */
export const AMOUNT_PARAMETERS: readonly string[] = ['tokensPerLayer', 'ratio'];

/** r, the r of a ramp, or the share; undefined for lists and for what merges nothing. */
export function amountOf({ parameters }: TrialRow): Amount | undefined {
  const { tokensPerLayer, ratio, inflect } = parameters;
  if (typeof tokensPerLayer === 'number')
    return {
      kind: 'tokens',
      value: tokensPerLayer,
      isRamp: typeof inflect === 'number' && inflect !== 0,
    };
  return typeof ratio === 'number' ? { kind: 'share', value: ratio, isRamp: false } : undefined;
}

/** `8`, `8 ramp`, `30%`, or nothing for lists, which are too long for a label. */
export function amountText(row: TrialRow): string {
  const amount = amountOf(row);
  if (amount === undefined) return '';
  if (amount.kind === 'share') return `${Number((100 * amount.value).toFixed(1))}%`;
  return amount.isRamp ? `${amount.value} ramp` : String(amount.value);
}

/** What the labels of these rows say, as phrases on how to read a chart; none where no row has a label. */
export function amountReading(rows: readonly TrialRow[]): string[] {
  const amounts = rows.flatMap((row) => amountOf(row) ?? []);
  const [hasTokens, hasShares] = (['tokens', 'share'] as const).map((kind) =>
    amounts.some((amount) => amount.kind === kind),
  );
  const ramps = amounts.some(({ isRamp }) => isRamp) ? ['ramp: r on average'] : [];
  if (hasTokens && hasShares)
    return ['numbers: tokens merged per layer (r), with % the share of tokens merged', ...ramps];
  if (hasShares) return ['numbers: share of tokens merged'];
  return hasTokens ? ['numbers: tokens merged per layer (r)', ...ramps] : [];
}

/** The title of an axis of these amounts, which are of one kind, and how its numbers are written. */
export function amountAxis(amounts: readonly Amount[]): { title: string; format: string } {
  if (amounts.some(({ kind }) => kind === 'share'))
    return { title: 'share of tokens merged per layer', format: '.1~%' };
  const average = amounts.some(({ isRamp }) => isRamp) ? ' (of a ramp: on average)' : '';
  return { title: `tokens merged per layer, r${average}`, format: 'd' };
}
