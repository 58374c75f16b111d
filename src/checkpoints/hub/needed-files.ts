/** Which files of a repository turbo-bench loads; a model page often holds the same weights in five formats. */
import { weightFileNames } from '../weight-files.js';

const besideTheWeights = new Set([
  'config.json',
  'preprocessor_config.json',
  'processor_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.json',
  'vocab.txt',
  'merges.txt',
]);

/** Configuration, preprocessing and tokenizer files among `listed`. */
export function neededBesideWeights(listed: readonly string[]): string[] {
  return listed.filter((name) => besideTheWeights.has(name));
}

/** Whether these files make a tokenizer. */
export function holdsTokenizer(names: readonly string[]): boolean {
  const has = (name: string): boolean => names.includes(name);
  return has('tokenizer.json') || has('vocab.txt') || (has('vocab.json') && has('merges.txt'));
}

const pipelineIndex = 'model_index.json';
/** Sub-folders of a diffusion pipeline with weights of their own, as diffusers lays them out. */
export const weightedParts = ['unet', 'vae', 'text_encoder'] as const;
/** A name without any folder. */
const plainName = /^[^/\\:\0]+$/;

/** Whether these files are those of a diffusion pipeline, each part in a folder of its own. */
export function holdsPipeline(names: readonly string[]): boolean {
  return names.includes(pipelineIndex);
}

/** Files that lie in a sub-folder of `listed`, without its name. */
export function filesIn(part: string, listed: readonly string[]): string[] {
  return listed
    .filter((name) => name.startsWith(`${part}/`))
    .map((name) => name.slice(part.length + 1))
    .filter((name) => plainName.test(name) && name !== '..');
}

/** What a pipeline needs beside its weights: the index, configs, tokenizer and scheduler. */
export function neededBesidePipelineWeights(listed: readonly string[]): string[] {
  const within = (part: string, names: readonly string[]) => names.map((name) => `${part}/${name}`);
  return [
    pipelineIndex,
    ...weightedParts.flatMap((part) =>
      within(
        part,
        filesIn(part, listed).filter((name) => name === 'config.json'),
      ),
    ),
    ...within('tokenizer', neededBesideWeights(filesIn('tokenizer', listed))),
    ...within(
      'scheduler',
      filesIn('scheduler', listed).filter((name) => name === 'scheduler_config.json'),
    ),
  ];
}

/** The one weight file or index to take, safetensors before pickles; undefined when there is none. */
export function neededWeights(listed: readonly string[], variant?: string): string | undefined {
  return weightFileNames(variant).find((name) => listed.includes(name));
}
