/**
 * Calls whose time a file decides about, such as matching its regular expressions, ended when they take too long.
 *
 * V8 lets itself be interrupted inside a regular expression; `vm` is how Node asks it to.
 */
import { createContext, Script } from 'node:vm';
import { systemCode, type TurboError } from '../errors/turbo-error.js';

const script = new Script('call()');

/**
 * What `call` returns. It costs some 0.1 ms on top.
 *
 * @param timedOut makes the error that is thrown when it has not returned after `milliseconds`
 */
export function boundedCall<Result>(
  call: () => Result,
  milliseconds: number,
  timedOut: () => TurboError,
): Result {
  try {
    return script.runInContext(createContext({ call }), { timeout: milliseconds }) as Result;
  } catch (thrown) {
    // The error comes from the context, and is no Error of this one.
    const code = thrown instanceof Error ? systemCode(thrown) : (thrown as { code?: unknown } | null)?.code;
    throw code === 'ERR_SCRIPT_EXECUTION_TIMEOUT' ? timedOut() : thrown;
  }
}
