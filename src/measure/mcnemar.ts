/**
 * McNemar's test: of two variants judged on the same samples, is one right more often than chance explains?
 *
 * Only the samples count that one of the two has right and the other wrong; without a difference each falls to either side like a coin.
 *
 * Source: McNemar, Psychometrika 12 (1947); exact form and mid-p as in Fagerland, Lydersen and Laake, "The McNemar test for binary matched-pairs
 * data" (BMC Medical Research Methodology 2013), who recommend the mid-p for samples of any size.
 */

/** Two-sided p values. */
export interface McNemarTest {
  /** Never too small, and rather too large where few samples disagree. */
  exact: number;
  /** Half the probability of what was seen left out: close to its level, for few samples too. */
  midP: number;
}

/**
 * @param firstOnly samples that the first alone has right @param secondOnly samples that the second alone has right
 * @returns 1 and 1 where no sample tells them apart
 */
export function mcNemar(firstOnly: number, secondOnly: number): McNemarTest {
  const count = firstOnly + secondOnly;
  if (count === 0) return { exact: 1, midP: 1 };
  const fewer = Math.min(firstOnly, secondOnly);
  const probability = fairCoinProbability(fewer, count);
  if (firstOnly === secondOnly) return { exact: 1, midP: 1 - probability / 2 };
  let tail = 0;
  for (let heads = fewer, term = probability; heads >= 0; heads--) {
    tail += term;
    term *= heads / (count - heads + 1);
  }
  return { exact: Math.min(1, 2 * tail), midP: 2 * (tail - probability / 2) };
}

/** Probability of exactly `heads` among `count` tosses of a fair coin: the halvings are spread so that nothing overflows. */
function fairCoinProbability(heads: number, count: number): number {
  let probability = 1;
  let halvings = count;
  for (let at = 1; at <= heads; at++) {
    probability *= (count - at + 1) / at;
    for (; probability > 1 && halvings > 0; halvings--) probability /= 2;
  }
  return probability * 2 ** -halvings;
}
