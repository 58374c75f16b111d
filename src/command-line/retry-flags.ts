/** Flags that say which results of an earlier run are not good enough: their trials run again. */
import { Flags } from '@oclif/core';
import type { RetriedStatus } from '../runner/run-experiment.js';

/** Told apart from `exclusive`, because the usage would show that of two flags as a group with `--fresh` missing. */
const NOT_FRESH = [{ type: 'none' as const, flags: ['fresh'] }];

export const retryFlags = {
  'retry-failed': Flags.boolean({
    description: 'Run trials again that failed; what the journal says of them stays in it.',
    relationships: NOT_FRESH,
  }),
  'retry-invalid': Flags.boolean({
    description: 'Run trials again that were not valid, on a busy machine for example.',
    relationships: NOT_FRESH,
  }),
};

export function retriedStatuses(flags: {
  readonly 'retry-failed': boolean;
  readonly 'retry-invalid': boolean;
}): readonly RetriedStatus[] {
  return [
    ...(flags['retry-failed'] ? (['failed'] as const) : []),
    ...(flags['retry-invalid'] ? (['invalid'] as const) : []),
  ];
}
