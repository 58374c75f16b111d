/** Runs something that must be refused, and hands back the error that a user would read. */
import { expect } from 'vitest';
import { TurboError } from '../../src/errors/turbo-error.js';

export async function refusal(run: () => unknown): Promise<TurboError> {
  const thrown = await Promise.resolve()
    .then(run)
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  expect(thrown).toBeInstanceOf(TurboError);
  return thrown as TurboError;
}
