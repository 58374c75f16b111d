/** Keys of `scheduler_config.json` of which one value is honoured, so that no other is passed over in silence. */
import { z } from 'zod';

/** A key that is `value`, or left out. */
export function only<Value extends string | boolean>(value: Value) {
  return z
    .literal(value, { error: ({ input }) => `${JSON.stringify(input)} is not supported, only ${value}` })
    .optional();
}

/** A key that is left out (or null). */
export function unset() {
  return z
    .undefined({ error: ({ input }) => `${JSON.stringify(input)} is not supported, only null` })
    .optional();
}
