/** Trying again what a network or a busy server has broken off, after a growing pause. */
import { TurboError } from '../../errors/turbo-error.js';

/** A failure that may pass: connection lost, 429, 5xx. */
export class PassingFailure extends Error {
  /** @param retryAfterMs the pause that the server asked for */
  constructor(
    message: string,
    readonly retryAfterMs?: number,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/** Thrown when trying again has not helped. */
export class HubUnreachable extends TurboError {}

export interface RetryPolicy {
  readonly attempts: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  readonly sleep: (ms: number) => Promise<void>;
}

export const patientRetry: RetryPolicy = {
  attempts: 5,
  firstPauseMs: 500,
  longestPauseMs: 120_000,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/**
 * Runs `operation` until it succeeds, fails for good, or has failed `attempts` times in a row.
 *
 * @param madeProgress whether the failed attempt got further than the one before; if so, the count starts again
 */
export async function retrying<T>(
  policy: RetryPolicy,
  what: string,
  operation: () => Promise<T>,
  madeProgress: () => boolean = () => false,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await operation();
    } catch (thrown) {
      const failure = passingFailure(thrown);
      if (failure === undefined) throw thrown;
      if (madeProgress()) failures = 1;
      if (failures >= policy.attempts) throw unreachable(what, failure, failures);
      const pauseMs = failure.retryAfterMs ?? policy.firstPauseMs * 2 ** (failures - 1);
      if (pauseMs > policy.longestPauseMs) throw unreachable(what, failure, failures);
      await policy.sleep(pauseMs);
    }
  }
}

/** `fetch` reports a lost connection as a TypeError with one of these messages, in Node and in browsers. */
const lostConnection = /^(fetch failed|terminated|network error|failed to fetch)/i;

function passingFailure(thrown: unknown): PassingFailure | undefined {
  if (thrown instanceof PassingFailure) return thrown;
  if (!(thrown instanceof TypeError) || !lostConnection.test(thrown.message)) return undefined;
  const reason = thrown.cause instanceof Error ? thrown.cause.message : undefined;
  return new PassingFailure(reason ? `${thrown.message}: ${reason}` : thrown.message, undefined, thrown);
}

function unreachable(what: string, failure: PassingFailure, attempts: number): HubUnreachable {
  return new HubUnreachable(`${what} failed ${attempts} times: ${failure.message}.`, {
    next: 'try again later (what was downloaded is kept and continued), or set HF_ENDPOINT to a mirror',
    cause: failure,
  });
}
