/**
 * The part of the network that is being built, stamped on every node so that reports and errors can name it.
 *
 * Building a graph is synchronous, so a plain stack is enough; it is empty again after every `withScope`.
 */

const SEPARATOR = ' / ';
const stack: string[] = [];

/** Runs `build`; nodes made meanwhile carry `name`, joined to the scopes around it: `block 3 / attention`. */
export function withScope<Result>(name: string, build: () => Result): Result {
  stack.push(name);
  try {
    return build();
  } finally {
    stack.pop();
  }
}

/** The scope of a node made now; empty outside of every `withScope`. */
export function currentScope(): string {
  return stack.join(SEPARATOR);
}
