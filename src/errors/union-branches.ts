/** What the branches of a union have against a value, and which of them the value was probably meant for. */
import type { z } from 'zod';

export type Issue = z.core.$ZodIssue;

/** What each branch has against the value, those of unions inside it included. */
export function choicesOf(issue: Issue): readonly Issue[] {
  return issue.code === 'invalid_union' ? issue.errors.flat().flatMap(choicesOf) : [issue];
}

/** The branch whose complaint lies inside the value, not about its type or name; undefined where there is none. */
export function likeliestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const sameType = branches.filter((issues) => !issues.some((issue) => aboutTheWhole(issue)));
  const depth = (issues: readonly Issue[]): number =>
    Math.max(...issues.map((issue) => issue.path.length - (issue.code === 'unrecognized_keys' ? 0.5 : 0)));
  return [...sameType].sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0];
}

function aboutTheWhole(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_type' || issue.code === 'invalid_value') return true;
  return issue.code === 'invalid_union' && likeliestBranch(issue.errors) === undefined;
}
