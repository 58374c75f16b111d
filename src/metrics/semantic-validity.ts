/** The name under which Spearman's ρ of one block is reported, and the way back. */

const SEMANTIC_VALIDITY = /^spearmanRhoBlock(\d+)$/;

/** The metric that holds Spearman's ρ between attention and effect in one block, counted from 0. */
export function semanticValidityMetric(block: number): string {
  return `spearmanRhoBlock${block}`;
}

/** The block of a `semanticValidityMetric`, or undefined for another metric. */
export function semanticValidityBlock(name: string): number | undefined {
  const match = SEMANTIC_VALIDITY.exec(name);
  return match ? Number(match[1]) : undefined;
}
