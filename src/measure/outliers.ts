/**
 * Outliers by the modified z-score, whose yardstick outliers do not move. They are counted and told, never dropped.
 *
 * Source: Iglewicz and Hoaglin, "How to Detect and Handle Outliers" (ASQC 1993): 0.6745 · (x − median) / MAD, and an outlier beyond 3.5. Where
 * more than half of the values are equal the MAD is 0; then the mean absolute deviation stands in, scaled to agree for normal values.
 */
import { median, medianAbsoluteDeviation } from './summary.js';

/** A modified z-score beyond this, on either side, makes an outlier. */
export const OUTLIER_SCORE = 3.5;

/** 75 % quantile of the standard normal distribution: MAD ÷ this is its standard deviation. */
const MAD_OF_NORMAL = 0.6744897501960817;
/** √(2/π): mean absolute deviation ÷ this is its standard deviation. */
const MEAN_DEVIATION_OF_NORMAL = Math.sqrt(2 / Math.PI);

/** The yardstick: the middle, and a standard deviation that outliers hardly move. */
export interface RobustScale {
  center: number;
  /** 0 where all values are equal. */
  deviation: number;
}

export function robustScale(values: ArrayLike<number>): RobustScale {
  const center = median(values);
  const deviation = medianAbsoluteDeviation(values) / MAD_OF_NORMAL;
  if (deviation > 0) return { center, deviation };
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += Math.abs(values[at]! - center);
  return { center, deviation: sum / values.length / MEAN_DEVIATION_OF_NORMAL };
}

/** How many of the values are outliers among them. */
export function outlierCount(values: ArrayLike<number>): number {
  const { center, deviation } = robustScale(values);
  let count = 0;
  for (let at = 0; at < values.length; at++)
    if (Math.abs(values[at]! - center) > OUTLIER_SCORE * deviation) count++;
  return count;
}
