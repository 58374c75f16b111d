/** Flags that `run` and `plan` share, and what they change in an experiment. */
import { Args, Flags } from '@oclif/core';
import type { LoadedExperiment } from '../experiment/load.js';

export const experimentArg = Args.file({
  description: 'Experiment file (YAML).',
  required: true,
});

export const experimentFlags = {
  only: Flags.string({
    description:
      'Only trials whose description contains these words, or whose id begins so. May be given several times.',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'WORDS',
  }),
  limit: Flags.integer({
    description: 'Samples of each dataset at most, in place of the limit in the file.',
    min: 1,
    helpValue: 'N',
  }),
};

export function withLimit(loaded: LoadedExperiment, limit: number | undefined): LoadedExperiment {
  return limit === undefined ? loaded : { ...loaded, experiment: { ...loaded.experiment, limit } };
}
