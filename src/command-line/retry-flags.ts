/** Flags that say which results of an earlier run are not good enough: their trials run again. */
import { Flags } from '@oclif/core';
import type { RetriedStatus } from '../runner/run-experiment.js';

export const retryFlags = {
  'retry-failed': Flags.boolean({
    description: 'Run trials again that failed; what the journal says of them stays in it.',
    exclusive: ['fresh'],
  }),
  'retry-invalid': Flags.boolean({
    description: 'Run trials again that were not valid, on a busy machine for example.',
    exclusive: ['fresh'],
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
