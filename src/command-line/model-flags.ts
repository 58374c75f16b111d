/** Flags of commands that take one model, and how a reduction is written in one of them. */
import { availableParallelism } from 'node:os';
import { Flags } from '@oclif/core';
import { parse } from 'yaml';
import { engineNames } from '../engines/index.js';
import { messageOf, TurboError } from '../errors/turbo-error.js';
import { parseReduction, type ReductionSpec } from '../reduction/registry.js';

export const modelFlags = {
  reduction: Flags.string({
    description:
      "A method and its parameters in YAML or JSON: '{method: turbo, tokensPerLayer: 8, alpha: 5}'.",
    helpValue: 'YAML',
  }),
  'image-size': Flags.integer({
    description: 'Side of the image in pixels, in place of what the model was trained with.',
    min: 1,
    helpValue: 'PIXELS',
  }),
  engine: Flags.string({
    description: 'Engine that runs the model.',
    options: [...engineNames],
    default: 'onnxruntime',
  }),
  threads: Flags.integer({
    description: 'Threads inside one operator; defaults to the number of cores.',
    min: 1,
    default: async () => availableParallelism(),
    defaultHelp: async () => 'cores',
    noCacheDefault: true,
    helpValue: 'N',
  }),
};

/** @throws TurboError when the text is no reduction */
export function reductionFrom(text: string | undefined): ReductionSpec {
  if (text === undefined) return { method: 'none' };
  try {
    return parseReduction(parse(text));
  } catch (thrown) {
    if (thrown instanceof TurboError) throw thrown;
    throw new TurboError('--reduction is not valid YAML', {
      value: text,
      allowed: "'{method: turbo, tokensPerLayer: 8, alpha: 5}'",
      where: messageOf(thrown).split('\n')[0],
      cause: thrown,
    });
  }
}
