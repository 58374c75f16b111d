/** Flags that a command has, but not for what it was given. */
import { TurboError } from '../errors/turbo-error.js';

/** @throws TurboError that names the first of `names` that was given */
export function refuseFlags(
  flags: Readonly<Record<string, unknown>>,
  names: readonly string[],
  subject: string,
): void {
  const given = names.find((name) => flags[name] !== undefined && flags[name] !== false);
  if (given === undefined) return;
  throw new TurboError(`--${given} says nothing about ${subject}.`, {
    value: flags[given],
    next: `leave --${given} out`,
  });
}
